package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import atoll.doctor.evidence.Expected;
import java.util.Optional;

/// The tap has another Ethernet address than every guest knows.
final class TapWrongMac extends Failure {
  TapWrongMac() {
    super(
        "tap.wrong_mac",
        Layer.TAP,
        Severity.DEGRADING,
        "the guest's answers go to an address that nobody has, until its ARP entry grows old",
        "MAC of the tap against the pinned one",
        "ip -n NAME link set tap0 address 02:FC:00:00:00:06");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    return Facts.heldTap(e)
        .filter(t -> !Expected.HOST_MAC.equals(t.link().mac()))
        .flatMap(t ->
            found(
                e.unreachable() ? Severity.BREAKING : Severity.DEGRADING,
                0.96,
                "a resumed guest keeps the pinned address in its ARP table",
                "tap0 has " + t.link().mac() + ", expected " + Expected.HOST_MAC));
  }
}
