package atoll.cli.bench;

import atoll.linux.kernel.FileTree;
import atoll.linux.kernel.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A folder in memory for the names of slots, as `/run/netns` is one where systemd has mounted
/// `/run`.
///
/// In containers and small machines `/run` may lie on a disk. ext4 then looks for a free inode past
/// all that were deleted in the last minutes, those of the run before: up to a millisecond a slot.
final class Anchors implements AutoCloseable {
  private static final Path MEMORY = Path.of("/dev/shm");

  private final Path folder;

  private Anchors(Path folder) {
    this.folder = folder;
  }

  static Anchors open() throws IOException {
    return new Anchors(Files.createTempDirectory(MEMORY, "atoll-bench-"));
  }

  Path folder() {
    return folder;
  }

  /// For a pool, which makes it and mounts it on itself.
  Path slots() {
    return folder.resolve("slots");
  }

  /// Pools have taken their own names away; what is mounted here still goes.
  @Override
  public void close() throws IOException {
    for (Path mounted : Mount.below(folder)) Mount.detach(mounted);
    FileTree.remove(folder);
  }
}
