package atoll.template.image;

import atoll.core.Bytes;
import atoll.core.Deadline;
import atoll.linux.kernel.FileTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A root disk as a sparse raw image: a tree and the agent, in one ext4 file system.
///
/// The journal is small and kept: a sandbox may lose power, and its disk is then booted cold.
public final class RootDisk {
  /// Fixed, so that the same tree gives the same image as far as mke2fs allows.
  private static final String UUID = "a7011000-0000-4000-8000-000000000001";

  private RootDisk() {}

  /// Makes the image unless `shelf` has it, and returns it.
  ///
  /// @param tree what [RootTree] made
  /// @param agent the agent's bundle; becomes `/usr/lib/atoll-agent`
  public static Path make(Shelf shelf, Path tree, Path agent, Bytes size, Deadline deadline)
      throws IOException {
    var digest =
        new Digest()
            .text(tree.getParent().getFileName().toString())
            .text(size.toString())
            .tree(agent);
    Path folder =
        shelf.folder(
            "disk-" + digest.hex(16), staging -> make(staging, tree, agent, size, deadline));
    return folder.resolve("disk.raw");
  }

  private static void make(Path staging, Path tree, Path agent, Bytes size, Deadline deadline)
      throws IOException {
    Path joined = staging.resolve("tree");
    // Hard links: nothing is copied, and nothing below changes a file in place.
    new Tool("cp", "coreutils")
        .run(staging, deadline, List.of("-al", tree.toString(), joined.toString()));
    copy(agent, joined.resolve("usr/lib/atoll-agent"), deadline);
    Path image = staging.resolve("disk.raw");
    List<String> arguments =
        List.of(
            "-q",
            "-t",
            "ext4",
            "-J",
            "size=16",
            "-m",
            "0",
            "-L",
            "atoll-root",
            "-U",
            UUID,
            "-E",
            "lazy_itable_init=0,lazy_journal_init=0,root_owner=0:0,hash_seed=" + UUID,
            "-d",
            joined.toString(),
            image.toString(),
            size.count() / 1024 + "k");
    new Tool("mke2fs", "e2fsprogs")
        .run(staging, Map.of("E2FSPROGS_FAKE_TIME", "1"), deadline, arguments, line -> {});
    FileTree.remove(joined);
  }

  /// Copies the agent as root's own, with its permissions.
  private static void copy(Path from, Path to, Deadline deadline) {
    List<String> arguments =
        List.of("-rPT", "--preserve=mode,timestamps", from.toString(), to.toString());
    new Tool("cp", "coreutils").run(from, deadline, arguments);
  }
}
