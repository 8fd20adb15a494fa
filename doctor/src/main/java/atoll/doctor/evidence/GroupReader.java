package atoll.doctor.evidence;

import atoll.core.Patience;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads [GroupFacts] of whatever groups a process is in, version 1, 2 or both.
public final class GroupReader {
  private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
  private static final long NO_LIMIT = 1L << 60; // version 1 writes huge numbers for "none"

  private final Reading reading;
  private final MonitorFacts monitor;
  private final Map<String, Path> mounts;

  GroupReader(Reading reading, MonitorFacts monitor) {
    this.reading = reading;
    this.monitor = monitor;
    this.mounts = mounts(reading.text(MOUNTS).orElse(""));
  }

  /// The directory of each controller's group; key `unified` for version 2.
  public static Map<String, Path> directories(Map<String, String> groups) {
    var reading = new Reading(Patience.USUAL);
    Map<String, Path> mounts = mounts(reading.text(MOUNTS).orElse(""));
    var directories = new LinkedHashMap<String, Path>();
    groups.forEach((controllers, path) -> {
      for (String c : controllers.isEmpty() ? List.of("unified") : List.of(controllers.split(",")))
        if (mounts.containsKey(c))
          directories.put(c, mounts.get(c).resolve("." + path).normalize());
    });
    return directories;
  }

  private static Map<String, Path> mounts(String mountinfo) {
    var found = new LinkedHashMap<String, Path>();
    for (String line : mountinfo.lines().toList()) {
      String[] halves = line.split(" - ", 2);
      if (halves.length < 2) continue;
      String[] left = halves[0].split(" ", -1);
      String[] right = halves[1].split(" ", -1);
      if (left.length < 5 || right.length < 3) continue;
      if (right[0].equals("cgroup2")) found.putIfAbsent("unified", Path.of(left[4]));
      if (!right[0].equals("cgroup")) continue;
      for (String option : right[2].split(",", -1)) found.putIfAbsent(option, Path.of(left[4]));
    }
    return found;
  }

  GroupFacts read(Subject subject) {
    if (!monitor.alive()) return GroupFacts.NONE;
    var dirs = new LinkedHashMap<String, Path>();
    monitor
        .groups()
        .forEach((controllers, path) -> {
          for (String c :
              controllers.isEmpty() ? List.of("unified") : List.of(controllers.split(",")))
            if (mounts.containsKey(c)) dirs.put(c, mounts.get(c).resolve("." + path).normalize());
        });
    return new GroupFacts(
        own(subject),
        frozen(dirs),
        limit(first(dirs, "memory", "memory.max", "memory.limit_in_bytes")),
        first(dirs, "memory", "memory.current", "memory.usage_in_bytes"),
        keyed(dirs, "memory", "oom_kill", "memory.events", "memory.oom_control"),
        cpus(dirs),
        throttled(dirs),
        first(dirs, "pids", "pids.current", "pids.current"),
        limit(first(dirs, "pids", "pids.max", "pids.max")),
        first(dirs, "cpu", "cpu.weight", "cpu.shares"));
  }

  /// Every hierarchy that knows a group of ours must hold the monitor in its own one.
  private boolean own(Subject subject) {
    var ours = new ArrayList<String>();
    monitor.groups().values().stream()
        .filter(p -> p.endsWith("-" + subject.run()))
        .forEach(ours::add);
    boolean memory = inOwn("memory", subject) || inOwn("", subject);
    boolean cpu = inOwn("cpu", subject) || inOwn("", subject);
    return !ours.isEmpty() && memory && cpu;
  }

  private boolean inOwn(String controller, Subject subject) {
    return monitor.groups().entrySet().stream()
        .filter(e -> List.of(e.getKey().split(",", -1)).contains(controller))
        .anyMatch(e -> e.getValue().endsWith("-" + subject.run()));
  }

  /// A group freezes with any of its ancestors.
  private String frozen(Map<String, Path> dirs) {
    Path v1 = dirs.get("freezer");
    if (v1 != null) {
      String state = reading.text(v1.resolve("freezer.state")).orElse("THAWED");
      if (!state.equals("THAWED")) return v1.toString();
    }
    Path v2 = dirs.get("unified");
    if (v2 != null && reading.text(v2.resolve("cgroup.events")).orElse("").contains("frozen 1"))
      return v2.toString();
    return "";
  }

  private Path directory(Map<String, Path> dirs, String controller, String v2File) {
    Path unified = dirs.get("unified");
    if (unified != null && java.nio.file.Files.exists(unified.resolve(v2File))) return unified;
    return dirs.get(controller);
  }

  private long first(Map<String, Path> dirs, String controller, String v2, String v1) {
    Path directory = directory(dirs, controller, v2);
    if (directory == null) return -1;
    long found = reading.number(directory.resolve(v2), -1);
    return found >= 0 ? found : reading.number(directory.resolve(v1), -1);
  }

  private static long limit(long value) {
    return value > NO_LIMIT ? -1 : value;
  }

  private long keyed(Map<String, Path> dirs, String controller, String key, String v2, String v1) {
    Path directory = directory(dirs, controller, v2);
    if (directory == null) return -1;
    String text =
        reading
            .text(directory.resolve(v2))
            .or(() -> reading.text(directory.resolve(v1)))
            .orElse("");
    return text.lines()
        .filter(l -> l.startsWith(key + " "))
        .mapToLong(l -> Reading.number(l.substring(key.length() + 1), -1))
        .findFirst()
        .orElse(-1);
  }

  private double cpus(Map<String, Path> dirs) {
    Path v2 = directory(dirs, "cpu", "cpu.max");
    if (v2 == null) return -1;
    String[] max = reading.text(v2.resolve("cpu.max")).orElse("").split(" ", -1);
    if (max.length == 2) {
      long quota = Reading.number(max[0], -1);
      return quota < 0 ? -1 : (double) quota / Reading.number(max[1], 100_000);
    }
    long quota = reading.number(v2.resolve("cpu.cfs_quota_us"), -1);
    return quota < 0
        ? -1
        : (double) quota / reading.number(v2.resolve("cpu.cfs_period_us"), 100_000);
  }

  private long throttled(Map<String, Path> dirs) {
    Path directory = directory(dirs, "cpu", "cpu.max");
    if (directory == null) return -1;
    String stat = reading.text(directory.resolve("cpu.stat")).orElse("");
    for (String line : stat.lines().toList()) {
      if (line.startsWith("throttled_usec ")) return Reading.number(line.substring(15), -1);
      if (line.startsWith("throttled_time ")) return Reading.number(line.substring(15), -1) / 1000;
    }
    return -1;
  }
}
