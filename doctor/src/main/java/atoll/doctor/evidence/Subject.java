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

  /// What its monitor wrote to its log and standard error; Firecracker's alone.
  Path monitorLog() {
    return directory.resolve("monitor.log");
  }

  /// A line for each flush; Firecracker's alone.
  Path metrics() {
    return directory.resolve("metrics.log");
  }

  /// Its folder tells, whatever else of it is gone.
  boolean firecracker() {
    return Files.exists(monitorLog(), LinkOption.NOFOLLOW_LINKS);
  }

  /// Where its monitor takes orders.
  public Path controlSocket() {
    return directory.resolve(firecracker() ? "api.sock" : "qmp.sock");
  }
}
