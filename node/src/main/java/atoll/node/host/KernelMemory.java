package atoll.node.host;

import atoll.node.sandbox.HostMemory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Memory figures from proc(5).
public final class KernelMemory implements HostMemory {
  private static final Path MEMINFO = Path.of("/proc/meminfo");

  @Override
  public long available() throws IOException {
    return kib(MEMINFO, "MemAvailable:");
  }

  /// A private mapping's written pages are anonymous memory: `RssAnon`.
  @Override
  public long privateOf(long pid) throws IOException {
    try {
      return kib(Path.of("/proc", Long.toString(pid), "status"), "RssAnon:");
    } catch (NoSuchFileException gone) {
      return 0;
    }
  }

  /// A process that has ended and is not reaped has no such line: 0.
  private static long kib(Path file, String name) throws IOException {
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    return text.lines()
        .filter(line -> line.startsWith(name))
        .mapToLong(
            line -> Long.parseLong(line.substring(name.length()).replace("kB", "").strip()) << 10)
        .findFirst()
        .orElse(0);
  }
}
