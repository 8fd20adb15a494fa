package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The guest's loopback is down.
final class GuestLoopbackDown extends Failure {
  GuestLoopbackDown() {
    super(
        "guest.loopback_down",
        Layer.GUEST,
        Severity.DEGRADING,
        "programs inside cannot reach each other on 127.0.0.1",
        "flags of lo inside",
        "inside: ip link set lo up");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    return e.inside()
        .filter(g -> !g.loopbackUp())
        .flatMap(_ -> certain("the guest's own flags", "lo is down"));
  }
}
