package atoll.agent.freeze;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Reads and writes the freezer files of cgroup version 2. Source: the kernel's
/// `Documentation/admin-guide/cgroup-v2.rst`.
final class Cgroup2 {
  private static final String FREEZE = "cgroup.freeze";
  private static final String EVENTS = "cgroup.events";

  private Cgroup2() {}

  /// Whether the group exists and can be frozen.
  static boolean freezable(Path group) {
    return Files.exists(group.resolve(FREEZE));
  }

  /// Whether somebody asked for this very group to be frozen.
  static boolean asked(Path group) throws IOException {
    return Files.readString(group.resolve(FREEZE)).strip().equals("1");
  }

  static void freeze(Path group, boolean frozen) throws IOException {
    Files.writeString(group.resolve(FREEZE), frozen ? "1" : "0");
  }

  /// Whether all its processes have stopped.
  static boolean frozen(Path group) throws IOException {
    return Files.readString(group.resolve(EVENTS)).contains("frozen 1");
  }

  /// The groups directly below; none if it went away.
  static List<Path> children(Path group) throws IOException {
    var children = new ArrayList<Path>();
    try (var entries = Files.newDirectoryStream(group, Files::isDirectory)) {
      entries.forEach(children::add);
    } catch (NoSuchFileException gone) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    Collections.sort(children);
    return children;
  }
}
