package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import atoll.doctor.evidence.Expected;
import java.util.Optional;

/// The tap's largest packet is not what the guest believes.
final class TapMtu extends Failure {
  TapMtu() {
    super(
        "tap.mtu",
        Layer.TAP,
        Severity.DEGRADING,
        "small requests work, large transfers stall",
        "MTU of the tap: 1500 expected",
        "ip -n NAME link set tap0 mtu 1500");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    return Facts.heldTap(e)
        .filter(t -> t.link().mtu() != Expected.MTU)
        .flatMap(t -> certain("the guest's side has 1500", "mtu " + t.link().mtu()));
  }
}
