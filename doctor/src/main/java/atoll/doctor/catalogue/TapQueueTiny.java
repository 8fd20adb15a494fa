package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The tap's queue holds next to nothing.
final class TapQueueTiny extends Failure {
  TapQueueTiny() {
    super(
        "tap.queue_tiny",
        Layer.TAP,
        Severity.DEGRADING,
        "bursts are lost",
        "transmit queue length of the tap: below 10 packets",
        "ip -n NAME link set tap0 txqueuelen 1000");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    return Facts.heldTap(e)
        .filter(t -> t.queue() < 10)
        .flatMap(t ->
            found(
                e.unreachable() ? Severity.BREAKING : Severity.DEGRADING,
                0.93,
                "the kernel gives a tap 1000",
                "txqueuelen " + t.queue()));
  }
}
