package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The guest has no default route.
final class GuestNoRoute extends Failure {
  GuestNoRoute() {
    super(
        "guest.no_route",
        Layer.GUEST,
        Severity.DEGRADING,
        "the sandbox answers, but reaches nothing outside",
        "/proc/net/route inside",
        "inside: ip route add default via 169.254.0.22");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    return e.inside()
        .filter(g -> !g.defaultRoute())
        .flatMap(_ ->
            certain("the guest's own table lacks it", "no destination 0.0.0.0 in /proc/net/route"));
  }
}
