package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import atoll.doctor.evidence.Expected;
import java.util.Optional;

/// The overlay belongs to somebody else.
final class OverlayOwner extends Failure {
  OverlayOwner() {
    super(
        "vmm.overlay_owner",
        Layer.VMM,
        Severity.DEGRADING,
        "the running monitor holds it open; a later one could not",
        "owner of the overlay against the slot's user",
        "chown it to the slot's user");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    int uid = e.disk().overlayUid();
    if (uid < 0 || e.subject().slot() < 0 || uid == Expected.FIRST_UID + e.subject().slot())
      return Optional.empty();
    return certain(
        "each slot has a user of its own",
        "owner " + uid + ", expected " + (Expected.FIRST_UID + e.subject().slot()));
  }
}
