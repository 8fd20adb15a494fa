package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The template's disk below the overlay is gone.
final class BaseMissing extends Failure {
  BaseMissing() {
    super(
        "vmm.base_missing",
        Layer.VMM,
        Severity.DEGRADING,
        "the guest reads what is cached, then I/O errors",
        "the backing file that the overlay names",
        "build the template again, kill the sandboxes made from the old one");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (!e.disk().magic() || e.disk().base().isEmpty() || e.disk().baseExists())
      return Optional.empty();
    return certain("the overlay holds changes alone", e.disk().base() + " does not exist");
  }
}
