package atoll.linux.cgroup;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// One mounted cgroup tree: version 2 (`unified`), or version 1 with some controllers of ours.
record Hierarchy(Path mountPoint, boolean unified, Set<Controller> controllers) {
  private static final int MOST_ATTEMPTS = 8;

  Path group(String parent, String name) {
    return mountPoint.resolve(parent).resolve(name);
  }

  /// Makes the group and its parent. On version 2 the controllers are handed down on the way, as
  /// far as the host lets.
  void create(String parent, String name) throws IOException {
    Path above = mountPoint.resolve(parent);
    for (int attempt = 1; ; attempt++) {
      try {
        prepare(above);
        Files.createDirectory(above.resolve(name));
        return;
      } catch (NoSuchFileException e) {
        // Another home removed the parent, empty for a moment, between our two steps.
        if (attempt == MOST_ATTEMPTS) throw e;
      }
    }
  }

  private void prepare(Path above) throws IOException {
    makeIfAbsent(above);
    if (unified) {
      handDown(mountPoint);
      handDown(above);
    }
    if (controllers.contains(Controller.CPU)) weigh(above);
  }

  /// Without this all groups together would get the time of one single process outside, and guests
  /// would crawl on a busy host. Together they weigh ten; among themselves they are equal.
  private void weigh(Path above) throws IOException {
    if (unified) ControlFile.tryWrite(above.resolve("cpu.weight"), "1000"); // 100 is plain
    else ControlFile.tryWrite(above.resolve("cpu.shares"), "10240"); // 1024 is plain
  }

  private static void makeIfAbsent(Path group) throws IOException {
    try {
      Files.createDirectory(group);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(group)) throw e;
    }
  }

  private void handDown(Path group) throws IOException {
    Path file = group.resolve("cgroup.subtree_control");
    List<String> already = words(file);
    for (Controller c : controllers) {
      if (!already.contains(c.word())) ControlFile.tryWrite(file, "+" + c.word());
    }
  }

  /// Which of the limits can be set in this group.
  Set<Controller> usable(Path group) {
    var usable = EnumSet.noneOf(Controller.class);
    for (Controller c : controllers) {
      if (Files.exists(group.resolve(limitFile(c)))) usable.add(c);
    }
    return usable;
  }

  String limitFile(Controller controller) {
    return switch (controller) {
      case MEMORY -> unified ? "memory.max" : "memory.limit_in_bytes";
      case PIDS -> "pids.max";
      case CPU -> unified ? "cpu.max" : "cpu.cfs_quota_us";
    };
  }

  static List<String> words(Path file) throws IOException {
    String text = Files.readString(file).strip();
    return text.isEmpty() ? List.of() : List.of(text.split("\\s+", -1));
  }
}
