package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import atoll.doctor.evidence.SeatFacts;
import java.util.Optional;

/// The sandbox is cut off from its shared network. Its own way out is another.
final class PortCut extends Failure {
  PortCut() {
    super(
        "veth.port_cut",
        Layer.VETH,
        Severity.DEGRADING,
        "others in its shared network do not reach it, and the host does",
        "both ends of its cable to the network, and the bridge's port",
        "ip link set PORT up; a cable that is gone comes back with a new sandbox");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    return e.slot()
        .seat()
        .map(SeatFacts::cut)
        .filter(cut -> !cut.isEmpty())
        .flatMap(cut ->
            certain("a bridge hands frames to ports that are up and forward, to no others", cut));
  }
}
