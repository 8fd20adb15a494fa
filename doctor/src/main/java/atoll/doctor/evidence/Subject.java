package atoll.doctor.evidence;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/// One sandbox as the node's journal has it: the starting point of every look at the kernel.
///
/// @param run its name on this host, `<id>-<number>`
/// @param pid of the monitor; 0 if it was never spawned
/// @param startTicks with the pid it names one process for ever
/// @param slot number of its slot, or -1 where the owner of its folder could not be read
/// @param live false if the journal says that its parts were given up
public record Subject(
    String id, String run, Path directory, long pid, long startTicks, int slot, boolean live) {
  /// Where its slot is bound.
  public Path anchor() {
    return Expected.anchor(slot);
  }

  public Path overlay() {
    return directory.resolve("overlay.qcow2");
  }

  public Path console() {
    return directory.resolve("console.log");
  }

  /// QEMU's, or Firecracker's where that is there.
  public Path controlSocket() {
    Path api = directory.resolve("api.sock");
    boolean firecracker = Files.exists(api, LinkOption.NOFOLLOW_LINKS);
    return firecracker ? api : directory.resolve("qmp.sock");
  }
}
