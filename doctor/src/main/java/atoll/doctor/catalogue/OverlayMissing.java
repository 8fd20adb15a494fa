package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The sandbox's disk was removed under the running monitor.
final class OverlayMissing extends Failure {
  OverlayMissing() {
    super(
        "vmm.overlay_missing",
        Layer.VMM,
        Severity.DEGRADING,
        "the sandbox runs on what it holds open; a pause would lose it",
        "overlay.qcow2 in its folder",
        "none while it runs: save what matters from inside, then kill it");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (!e.monitor().alive() || !e.disk().directory() || e.disk().overlay())
      return Optional.empty();
    return certain(
        "the folder is there and the disk is not",
        e.subject().overlay() + " does not exist",
        "still held: " + e.monitor().deleted());
  }
}
