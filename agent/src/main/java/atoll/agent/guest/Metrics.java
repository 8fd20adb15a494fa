package atoll.agent.guest;

import atoll.agent.http.Response;
import atoll.core.json.Json;
import atoll.linux.kernel.Statfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// GET `/metrics`: processors, memory and disk of this guest, at this moment.
///
/// Processor use is over the time since the call before. Safe for several threads.
public final class Metrics {
  private static final long KIB = 1024;
  private static final long MIB = KIB * KIB;
  private static final int IDLE = 4;
  private static final int IOWAIT = 5;
  private static final int GUEST = 9;

  private long lastBusy;
  private long lastTotal;

  public void handle(Response response) throws IOException {
    Json body;
    try {
      body = read();
    } catch (IOException | RuntimeException e) {
      System.getLogger(Metrics.class.getName())
          .log(System.Logger.Level.WARNING, "reading metrics", e);
      response.send(500);
      return;
    }
    response.header("Cache-Control", "no-store").send(200, "application/json", body + "\n");
  }

  private Json read() throws IOException {
    List<String> memory = Files.readAllLines(Path.of("/proc/meminfo"));
    long total = kib(memory, "MemTotal:") * KIB;
    long used = total - kib(memory, "MemAvailable:") * KIB;
    Statfs disk = Statfs.of(Path.of("/"));
    return Json.object(
        "ts",
        System.currentTimeMillis() / 1000,
        "cpu_count",
        Runtime.getRuntime().availableProcessors(),
        "cpu_used_pct",
        processorUse(),
        "mem_total_mib",
        total / MIB,
        "mem_used_mib",
        used / MIB,
        "mem_total",
        total,
        "mem_used",
        used,
        "mem_cache",
        kib(memory, "Cached:") * KIB,
        "disk_used",
        disk.size().count() - disk.available().count(),
        "disk_total",
        disk.size().count());
  }

  private static long kib(List<String> lines, String name) throws IOException {
    for (String line : lines) {
      if (line.startsWith(name))
        return Long.parseLong(line.substring(name.length()).replace("kB", "").strip());
    }
    throw new IOException("/proc/meminfo has no " + name);
  }

  /// Percent of all processors' time, two decimals.
  private synchronized double processorUse() throws IOException {
    String[] fields = Files.readAllLines(Path.of("/proc/stat")).getFirst().split("\\s+");
    long total = 0;
    for (int i = 1; i < Math.min(fields.length, GUEST); i++) total += Long.parseLong(fields[i]);
    long busy = total - Long.parseLong(fields[IDLE]) - Long.parseLong(fields[IOWAIT]);
    long span = total - lastTotal;
    double percent = span <= 0 ? 0 : 100.0 * (busy - lastBusy) / span;
    lastBusy = busy;
    lastTotal = total;
    return Math.round(Math.clamp(percent, 0, 100) * 100) / 100.0;
  }
}
