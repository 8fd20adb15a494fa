package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import atoll.doctor.evidence.Expected;
import java.util.Optional;

/// The pinned neighbour entry of the guest is gone.
final class NeighbourMissing extends Failure {
  NeighbourMissing() {
    super(
        "namespace.neighbour_missing",
        Layer.NAMESPACE,
        Severity.DEGRADING,
        "the first packet after a pause waits for ARP; a guest that is slow to answer it seems"
            + " unreachable",
        "neighbour entries of the tap",
        "ip -n NAME neigh replace 169.254.0.21 lladdr 02:FC:00:00:00:05 dev tap0 nud permanent");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (Facts.usableTap(e).isEmpty()) return Optional.empty();
    boolean pinned = Facts.neighbour(e).map(n -> (n.state() & 0x80) != 0).orElse(false);
    boolean other =
        Facts.neighbour(e)
            .map(n -> n.mac() != null && !n.mac().equals(Expected.GUEST_MAC))
            .orElse(false);
    if (pinned || other) return Optional.empty();
    return found(
        0.9,
        "the node pins it at birth, and it is not pinned now",
        "no permanent entry for " + Expected.GUEST.getHostAddress());
  }
}
