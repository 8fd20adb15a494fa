package atoll.e2e;

import atoll.core.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Where this checkout and the tests' own folders are.
///
/// - `ATOLL_TEST_HOME` names a home to use, so that its template is built once for all runs;
///   default `target/e2e-home` of the checkout.
/// - `ATOLL_TEST_VMM` is the `--vmm` of the shared Atoll; default `auto`.
/// - `ATOLL_PATIENCE` makes all limits longer, as it does Atoll's own.
/// - `ATOLL_TEST_CACHE` names the folder of the installed SDKs; default `~/.cache/atoll-e2e`.
final class Project {
  private Project() {}

  static Path root() {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.isExecutable(at.resolve("atoll"))) {
      at = at.getParent();
      if (at == null)
        throw new IllegalStateException(
            "the tests run inside a checkout; no `atoll` launcher above");
    }
    return at;
  }

  static Path home() {
    return from("ATOLL_TEST_HOME").orElseGet(() -> root().resolve("target/e2e-home"));
  }

  static String monitor() {
    return Optional.ofNullable(System.getenv("ATOLL_TEST_VMM")).orElse("auto");
  }

  /// As long as this host may take for what usually takes that.
  static Duration atMost(Duration usual) {
    return Patience.ofEnvironment().with(usual);
  }

  static Path cache() {
    return from("ATOLL_TEST_CACHE")
        .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache/atoll-e2e"));
  }

  private static Optional<Path> from(String variable) {
    return Optional.ofNullable(System.getenv(variable))
        .filter(v -> !v.isBlank())
        .map(Path::of)
        .map(Path::toAbsolutePath);
  }

  /// Whether a program of this name is on the path.
  static boolean has(String program) {
    for (String folder : System.getenv("PATH").split(":")) {
      if (Files.isExecutable(Path.of(folder, program))) return true;
    }
    return false;
  }

  static boolean isRoot() throws IOException {
    return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
  }
}
