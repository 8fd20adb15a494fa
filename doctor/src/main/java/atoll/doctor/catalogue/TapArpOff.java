package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The tap takes no part in ARP.
final class TapArpOff extends Failure {
  TapArpOff() {
    super(
        "tap.arp_off",
        Layer.TAP,
        Severity.DEGRADING,
        "the guest loses its gateway when its own entry grows old",
        "IFF_NOARP of the tap",
        "ip -n NAME link set tap0 arp on");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    return Facts.heldTap(e)
        .filter(t -> (t.link().flags() & 0x80) != 0)
        .flatMap(t ->
            found(
                e.unreachable() ? Severity.BREAKING : Severity.DEGRADING,
                0.96,
                "the flag is set by hand alone",
                Facts.words(t)));
  }
}
