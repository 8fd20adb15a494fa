package atoll.linux.cgroup;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// One line of `/proc/self/mountinfo`, proc(5): what is mounted where.
///
/// @param options of the superblock; for a version 1 hierarchy they name its controllers
record MountEntry(Path mountPoint, String type, Set<String> options) {
  static List<MountEntry> parseAll(String mountinfo) {
    return mountinfo.lines().map(MountEntry::parse).flatMap(Optional::stream).toList();
  }

  /// `36 35 98:0 /root /point rw,noatime shared:1 - ext3 /dev/root rw`: optional fields end at the
  /// lone dash.
  private static Optional<MountEntry> parse(String line) {
    int dash = line.indexOf(" - ");
    if (dash < 0) return Optional.empty();
    String[] before = line.substring(0, dash).split(" ", -1);
    String[] after = line.substring(dash + 3).split(" ", -1);
    if (before.length < 6 || after.length < 3) return Optional.empty();
    return Optional.of(
        new MountEntry(Path.of(unescaped(before[4])), after[0], Set.of(distinct(after[2]))));
  }

  private static String[] distinct(String options) {
    return java.util.Arrays.stream(options.split(",", -1)).distinct().toArray(String[]::new);
  }

  /// Space, tab, newline and backslash are written as octal.
  private static String unescaped(String path) {
    return path.replace("\\040", " ")
        .replace("\\011", "\t")
        .replace("\\012", "\n")
        .replace("\\134", "\\");
  }
}
