package atoll.cli.bench;

import atoll.cli.home.Processes;
import atoll.core.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;

/// What a benchmark ran on, without which its figures mean nothing.
final class Conditions {
  private Conditions() {}

  /// @param node what the control API says of it
  static Json.Obj now(Json.Obj node) throws IOException {
    return Json.object(
        "date", LocalDate.now(ZoneOffset.UTC).toString(),
        "processors", Runtime.getRuntime().availableProcessors(),
        "processor", line("/proc/cpuinfo", "model name"),
        "memoryMib", Long.parseLong(line("/proc/meminfo", "MemTotal").replaceAll("\\D", "")) / 1024,
        "kernel", Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip(),
        "java", Runtime.version().toString(),
        "vmm", node.text("vmm").orElse(null),
        "accelerator", node.text("accelerator").orElse(null),
        "loadAverage", Files.readString(Path.of("/proc/loadavg")).split(" ")[0],
        "residentMib", Processes.residentKib(ProcessHandle.current().pid()).orElse(0L) / 1024);
  }

  private static String line(String file, String name) throws IOException {
    try (var lines = Files.lines(Path.of(file))) {
      return lines
          .filter(l -> l.startsWith(name))
          .findFirst()
          .map(l -> l.substring(l.indexOf(':') + 1).strip())
          .orElse("0");
    }
  }
}
