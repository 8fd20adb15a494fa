package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import atoll.doctor.evidence.Expected;
import java.util.Optional;

/// The route to the guest is gone.
final class RouteMissing extends Failure {
  RouteMissing() {
    super(
        "namespace.route_missing",
        Layer.NAMESPACE,
        Severity.BREAKING,
        "connections end at once with \"no route\", while raw frames are answered",
        "the kernel's answer for the guest's address, with the tap up and its address in place",
        "ip -n NAME route add 169.254.0.20/30 dev tap0 src 169.254.0.22");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (Facts.usableTap(e).isEmpty() || !Facts.hasHostAddress(e) || Facts.diversion(e).isPresent())
      return Optional.empty();
    boolean there =
        e.slot().view().routes().stream()
            .anyMatch(
                r -> r.table() == Facts.MAIN && Facts.covers(r) && r.link() == Facts.tapIndex(e));
    if (there) return Optional.empty();
    return certain(
        "the address is in place and no route leads to the tap",
        "no route to " + Expected.GUEST.getHostAddress() + " on tap0");
  }
}
