package atoll.e2e;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;

/// An official SDK at its pinned version, installed unmodified from its registry into the cache,
/// once for each list of versions.
///
/// @param folder holds a copy of our scripts beside the installed packages
/// @param interpreter runs those scripts
record Sdk(Path folder, List<String> interpreter) {
  private static final Duration INSTALL = Duration.ofMinutes(5);

  static Sdk python() throws IOException, InterruptedException {
    return python("requirements.txt");
  }

  /// The one that still brought a Connect client of its own.
  static Sdk earlierPython() throws IOException, InterruptedException {
    return python("requirements-earlier.txt");
  }

  private static Sdk python(String requirements) throws IOException, InterruptedException {
    assumeTrue(
        Project.has("python3"),
        "SKIPPED: python3 is missing; apt-get install python3 python3-venv");
    Path source = Project.root().resolve("e2e/python");
    Path folder = folder("python", source.resolve(requirements));
    Path python = folder.resolve("venv/bin/python");
    install(
        folder,
        source,
        () -> {
          Program.of("python3", "-m", "venv", folder.resolve("venv").toString())
              .run(INSTALL)
              .expectSuccess();
          Program.of(
                  python.toString(),
                  "-m",
                  "pip",
                  "install",
                  "--quiet",
                  "--no-input",
                  "-r",
                  requirements)
              .in(folder)
              .run(INSTALL)
              .expectSuccess();
        });
    return new Sdk(folder, List.of(python.toString()));
  }

  static Sdk javaScript() throws IOException, InterruptedException {
    assumeTrue(
        Project.has("node") && Project.has("npm"),
        "SKIPPED: node or npm is missing; install Node.js 20 or later");
    Path source = Project.root().resolve("e2e/js");
    Path folder = folder("js", source.resolve("package-lock.json"));
    install(
        folder,
        source,
        () ->
            Program.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
                .in(folder)
                .run(INSTALL)
                .expectSuccess());
    return new Sdk(folder, List.of("node"));
  }

  private interface Installation {
    void run() throws IOException, InterruptedException;
  }

  private static Path folder(String language, Path versions) throws IOException {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(versions));
      return Project.cache().resolve(language + "-" + HexFormat.of().formatHex(digest, 0, 8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Test runs side by side wait for each other; a half-made installation is made again.
  private static void install(Path folder, Path source, Installation installation)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    try (var lock =
            FileChannel.open(
                folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var _ = lock.lock()) {
      try (var files = Files.list(source)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
      }
      Path complete = folder.resolve("complete");
      if (Files.exists(complete)) return;
      installation.run();
      Files.createFile(complete);
    }
  }
}
