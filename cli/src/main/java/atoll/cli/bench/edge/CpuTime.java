package atoll.cli.bench.edge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Processor time that processes have used, user and system, from `/proc/PID/stat` (proc(5), fields
/// 14 and 15, 10 ms steps).
final class CpuTime {
  private static final long MICROS_PER_TICK = 10_000;

  private CpuTime() {}

  static long micros(List<Long> pids) throws IOException {
    long ticks = 0;
    for (long pid : pids) {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      ticks += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }
    return ticks * MICROS_PER_TICK;
  }
}
