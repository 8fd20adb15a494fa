package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The guest has no pseudo-terminals.
final class GuestNoTerminals extends Failure {
  GuestNoTerminals() {
    super(
        "guest.no_terminals",
        Layer.GUEST,
        Severity.DEGRADING,
        "terminals cannot be opened; plain commands work",
        "/proc/mounts inside",
        "inside: mount -t devpts devpts /dev/pts");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    return e.inside()
        .filter(g -> !g.devPts())
        .flatMap(_ -> certain("the guest's own list of mounts lacks it", "nothing on /dev/pts"));
  }
}
