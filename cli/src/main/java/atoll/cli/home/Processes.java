package atoll.cli.home;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// What `/proc` says about a process, proc(5).
public final class Processes {
  /// Field 22 of `/proc/PID/stat`, counted after the name, which ends at the last parenthesis.
  private static final int START_TIME = 22 - 3;

  private Processes() {}

  /// Start time in clock ticks since boot; empty if there is no such process, or only its remains.
  public static Optional<Long> startTicks(long pid) {
    try {
      String stat =
          Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return fields[0].equals("Z")
          ? Optional.empty()
          : Optional.of(Long.parseLong(fields[START_TIME]));
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  /// Whether that very process lives: one that took over its number has another start time.
  static boolean alive(long pid, long startTicks) {
    return startTicks(pid).filter(ticks -> ticks == startTicks).isPresent();
  }

  /// The process's short name, or `?`.
  static String name(long pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/comm"), StandardCharsets.UTF_8).strip();
    } catch (IOException gone) {
      return "?";
    }
  }

  /// Resident memory in KiB; empty if the process is gone.
  public static Optional<Long> residentKib(long pid) {
    try {
      return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .map(line -> Long.parseLong(line.replaceAll("\\D+", "")))
          .findFirst();
    } catch (IOException gone) {
      return Optional.empty();
    }
  }
}
