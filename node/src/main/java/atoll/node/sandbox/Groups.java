package atoll.node.sandbox;

import java.io.IOException;
import java.util.List;

/// Where control groups come from, whatever version this host has.
public interface Groups {
  /// One sandbox's group.
  interface Group {
    void place(long pid) throws IOException;

    /// Absolute paths, one for each hierarchy.
    List<String> paths();

    /// How many of its processes the kernel has killed for want of memory, its own or the host's.
    long killedForMemory();
  }

  /// A new group; `memoryBytes` bounds the monitor with its guest, `cpus` how many processors it
  /// may use at once.
  Group create(String name, long memoryBytes, int cpus) throws IOException;

  /// The group of this name, which an earlier process created; looks at nothing.
  Group open(String name);

  /// Kills what is in the group of this name and removes it; false if there is none.
  boolean sweep(String name) throws IOException;

  /// `v2`, `v1` or `hybrid`.
  String kind();
}
