package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The tap was made a port of a bridge.
final class TapEnslaved extends Failure {
  TapEnslaved() {
    super(
        "tap.enslaved",
        Layer.TAP,
        Severity.BREAKING,
        "its address still answers ARP, and nothing else arrives",
        "master of the tap",
        "ip -n NAME link set tap0 nomaster");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    return Facts.heldTap(e)
        .filter(t -> t.master() != 0)
        .flatMap(t ->
            certain(
                "a bridge takes every frame of its ports before the tap's own address sees it",
                "master of tap0: link " + t.master()));
  }
}
