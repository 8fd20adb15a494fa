package atoll.vmm.qemu;

import atoll.core.Deadline;
import atoll.core.Refusal;
import atoll.vmm.VmmException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// An installed QEMU for x86-64 guests, and what its version can do.
public final class QemuProgram {
  /// Where distributions put it.
  private static final List<Path> PLACES =
      List.of(Path.of("/usr/bin/qemu-system-x86_64"), Path.of("/usr/local/bin/qemu-system-x86_64"));

  /// Printing a version takes 30 ms; a cold disk and a busy host are allowed for.
  private static final Duration VERSION_DEADLINE = Duration.ofSeconds(30);

  private final Path binary;
  private final QemuVersion version;

  QemuProgram(Path binary, QemuVersion version) {
    this.binary = binary;
    this.version = version;
  }

  /// Looks where distributions put it and asks for its version.
  public static QemuProgram find() throws IOException {
    for (Path place : PLACES) if (Files.isExecutable(place)) return at(place);
    throw new Refusal.Unavailable(
        "qemu_missing",
        "qemu-system-x86_64 is not installed: looked at " + PLACES,
        "apt-get install qemu-system-x86 qemu-utils");
  }

  /// Asks this binary for its version.
  public static QemuProgram at(Path binary) throws IOException {
    try {
      return new QemuProgram(binary, QemuVersion.parse(versionWords(binary)));
    } catch (IllegalArgumentException e) {
      throw new VmmException(binary + " does not say which QEMU it is", e);
    }
  }

  private static String versionWords(Path binary) throws IOException {
    var deadline = Deadline.after(VERSION_DEADLINE);
    Process asked =
        new ProcessBuilder(binary.toString(), "--version").redirectErrorStream(true).start();
    try (var out = asked.getInputStream()) {
      if (!asked.waitFor(deadline.leftMillis(), TimeUnit.MILLISECONDS)) {
        throw new VmmException(
            binary + " --version gave no answer in " + VERSION_DEADLINE.toSeconds() + " s");
      }
      return new String(out.readNBytes(4096), StandardCharsets.UTF_8);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VmmException("interrupted while asking " + binary + " for its version", e);
    } finally {
      asked.destroyForcibly();
    }
  }

  public Path binary() {
    return binary;
  }

  /// Such as `7.2.22`.
  public String version() {
    return version.toString();
  }

  /// Whether a private mapping of a memory file can be writable while the file itself is opened
  /// read-only (`rom=off`).
  boolean mapsReadOnlyFiles() {
    return version.atLeast(8, 2);
  }
}
