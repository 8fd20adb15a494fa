package atoll.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.stream.Stream;

/// What Atolls leave on a host while they run, read from the kernel and the file system, never from
/// Atoll itself.
///
/// @param things one line each, such as `netns atoll-3` or `monitor 1234`
record Host(TreeSet<String> things) {
  private static final Path NAMESPACES = Path.of("/run/netns");
  private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
  private static final int CGROUP_DEPTH = 4;

  /// What belongs to single sandboxes of this home: monitors, overlays and control groups. Slots
  /// that wait in the pool are left out.
  static Host sandboxesOf(Atoll atoll) throws IOException {
    var things = new TreeSet<String>();
    atoll.monitors().forEach(m -> things.add("monitor " + m.pid()));
    names(atoll.home().resolve("sandboxes")).forEach(n -> things.add("sandbox folder " + n));
    return new Host(things);
  }

  /// All that any Atoll on this host has made in the kernel.
  static Host kernel() throws IOException {
    var things = new TreeSet<String>();
    names(NAMESPACES).filter(n -> n.startsWith("atoll-")).forEach(n -> things.add("netns " + n));
    cgroups().forEach(c -> things.add("cgroup " + c));
    return new Host(things);
  }

  private static Stream<String> names(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) return Stream.empty();
    try (var files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).toList().stream();
    }
  }

  private static Stream<String> cgroups() throws IOException {
    if (!Files.isDirectory(CGROUPS)) return Stream.empty();
    try (var folders =
        Files.find(
            CGROUPS,
            CGROUP_DEPTH,
            (p, a) -> a.isDirectory() && p.getFileName().toString().contains("atoll"))) {
      return folders.map(Path::toString).toList().stream();
    }
  }

  /// What is here and was not there before.
  TreeSet<String> beyond(Host before) {
    var more = new TreeSet<>(things);
    more.removeAll(before.things);
    return more;
  }
}
