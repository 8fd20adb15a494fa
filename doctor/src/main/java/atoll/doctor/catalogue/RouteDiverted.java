package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// A route leads packets for the guest elsewhere.
final class RouteDiverted extends Failure {
  RouteDiverted() {
    super(
        "namespace.route_diverted",
        Layer.NAMESPACE,
        Severity.BREAKING,
        "connections time out or are refused by the kernel, while raw frames are answered",
        "routes that cover the guest and are more special than the tap's own",
        "ip -n NAME route del that route");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    return Facts.diversion(e)
        .flatMap(r ->
            certain(
                "this route is chosen before the one to the tap",
                "route "
                    + r.destination()
                    + " type "
                    + r.type()
                    + " link "
                    + r.link()
                    + (r.gateway() == null ? "" : " via " + r.gateway().getHostAddress())));
  }
}
