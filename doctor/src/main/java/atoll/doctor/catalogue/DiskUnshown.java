package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The daemon that showed a Firecracker's disk is gone.
final class DiskUnshown extends Failure {
  DiskUnshown() {
    super(
        "vmm.disk_lost",
        Layer.VMM,
        Severity.BREAKING,
        "I/O errors in the guest, files vanish, programs do not start",
        "the mount over its disk.raw, and whether the file behind it answers; after its end, what"
            + " the node wrote down",
        "the storage daemon ended: its sandboxes are over, create others; the node starts a new one");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    var ended = Facts.ended(e, "disk_lost");
    if (ended.isPresent())
      return found(
          0.97,
          "its node saw the daemon end",
          ended.get().at() + ": " + Facts.printable(ended.get().message()));
    if (!e.api().firecracker() || !e.monitor().alive() || e.api().shown().equals("mounted"))
      return Optional.empty();
    return found(
        0.95,
        "a Firecracker knows raw files only, and nobody shows it this one any more",
        e.api().shown().equals("dead")
            ? "its disk.raw: Transport endpoint is not connected"
            : "nothing is mounted over its disk.raw");
  }
}
