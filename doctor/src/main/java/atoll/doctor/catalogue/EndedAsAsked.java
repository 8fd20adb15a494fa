package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The sandbox has ended as it was asked to.
final class EndedAsAsked extends Failure {
  EndedAsAsked() {
    super(
        "vmm.ended",
        Layer.VMM,
        Severity.EXPLAINING,
        "the API says 404",
        "the journal holds its end, and no failure was written down",
        "none: it was killed or its time was over");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (e.subject().live() || e.ending() != null || e.monitor().alive()) return Optional.empty();
    return found(
        0.8, "its parts were given up in order", "the journal has the end of " + e.subject().run());
  }
}
