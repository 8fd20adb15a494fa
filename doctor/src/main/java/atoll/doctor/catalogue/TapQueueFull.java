package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// Nobody takes packets out of the tap.
final class TapQueueFull extends Failure {
  TapQueueFull() {
    super(
        "tap.queue_full",
        Layer.TAP,
        Severity.BREAKING,
        "connections time out, and the tap counts drops",
        "drops of the tap grew while it was asked, and the guest answered nothing",
        "see the other findings: a monitor or guest that stands still");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (!e.probed().map(p -> p.toGuestDropped() > 0 && !p.guestAnswered()).orElse(false))
      return Optional.empty();
    return found(
        0.45,
        "the queue is an effect where its reader stands still",
        e.probe().toGuestDropped() + " packets dropped");
  }
}
