package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import atoll.doctor.evidence.Expected;
import java.util.Optional;

/// The namespace believes that the guest has another Ethernet address.
final class NeighbourPoisoned extends Failure {
  private static final int NO_ARP = 0x40;

  NeighbourPoisoned() {
    super(
        "namespace.neighbour_poisoned",
        Layer.NAMESPACE,
        Severity.BREAKING,
        "connections time out, while raw frames to the right address are answered",
        "the neighbour entry of the guest against its pinned MAC",
        "ip -n NAME neigh replace 169.254.0.21 lladdr 02:FC:00:00:00:05 dev tap0 nud permanent");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    return Facts.neighbour(e)
        .filter(n -> (n.state() & NO_ARP) == 0) // the kernel's own, on a link without ARP
        .filter(n -> n.mac() != null && !n.mac().equals(Expected.GUEST_MAC))
        .filter(n -> e.probed().map(p -> !p.arpMac().equals(n.mac().toString())).orElse(true))
        .flatMap(n ->
            certain(
                "the guest does not answer under that address",
                "neighbour "
                    + Expected.GUEST.getHostAddress()
                    + " is at "
                    + n.mac()
                    + ", expected "
                    + Expected.GUEST_MAC));
  }
}
