package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import atoll.doctor.evidence.Expected;
import java.util.Optional;

/// The overlay belongs to somebody else, or its owner may not write it.
final class OverlayOwner extends Failure {
  OverlayOwner() {
    super(
        "vmm.overlay_owner",
        Layer.VMM,
        Severity.DEGRADING,
        "the running monitor holds it open; a later one could not",
        "owner and mode of the overlay against the slot's user",
        "chown it to the slot's user, chmod u+rw");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    int uid = e.disk().overlayUid();
    if (uid < 0 || e.subject().slot() < 0) return Optional.empty();
    int own = Expected.FIRST_UID + e.subject().slot();
    if (uid == own && e.disk().overlayWritable()) return Optional.empty();
    return certain(
        "each slot has a user of its own, who must be able to write its disk",
        "owner " + uid + ", expected " + own,
        "its owner may " + (e.disk().overlayWritable() ? "" : "not ") + "read and write it");
  }
}
