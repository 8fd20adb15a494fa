package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The tap has no carrier although the monitor holds it.
final class TapNoCarrier extends Failure {
  TapNoCarrier() {
    super(
        "tap.no_carrier",
        Layer.TAP,
        Severity.BREAKING,
        "ping says \"Destination Host Unreachable\"; captures show nothing, not even ARP",
        "carrier 0, up, and fdinfo of the monitor names it in the same namespace",
        "ip -n NAME link set tap0 carrier on");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    return Facts.heldTap(e)
        .filter(t -> t.link().up() && !t.link().carrier())
        .filter(_ -> Facts.heldElsewhere(e).isEmpty())
        .flatMap(
            t -> found(0.95, "it is open, so only a switched-off carrier is left", Facts.words(t)));
  }
}
