package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The overlay does not begin as a qcow2 file.
final class OverlayDamaged extends Failure {
  OverlayDamaged() {
    super(
        "vmm.overlay_damaged",
        Layer.VMM,
        Severity.DEGRADING,
        "the running guest may see I/O errors; no new monitor can open it",
        "first four bytes of the overlay",
        "qemu-img check tells more; kill the sandbox");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (!e.disk().overlay() || e.disk().magic()) return Optional.empty();
    return certain(
        "a qcow2 file begins with its magic", e.subject().overlay() + " has another beginning");
  }
}
