package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import atoll.doctor.evidence.Expected;
import java.util.Optional;

/// The guest answers under another Ethernet address.
final class GuestWrongMac extends Failure {
  GuestWrongMac() {
    super(
        "guest.wrong_mac",
        Layer.GUEST,
        Severity.DEGRADING,
        "the node's packets go to an address that nobody has",
        "who answers ARP, against the pinned MAC",
        "inside: ip link set eth0 address 02:FC:00:00:00:05");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    return e.probed()
        .filter(p -> !p.arpMac().isEmpty() && !p.arpMac().equals(Expected.GUEST_MAC.toString()))
        .flatMap(p ->
            found(
                e.unreachable() ? Severity.BREAKING : Severity.DEGRADING,
                0.97,
                "it has the right address and says so itself",
                "ARP answer from " + p.arpMac() + ", expected " + Expected.GUEST_MAC));
  }
}
