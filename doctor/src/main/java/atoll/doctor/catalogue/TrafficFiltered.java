package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// Filters sit on the tap below the packet filter.
final class TrafficFiltered extends Failure {
  TrafficFiltered() {
    super(
        "namespace.traffic_filtered",
        Layer.NAMESPACE,
        Severity.DEGRADING,
        "packets vanish without a trace in any rule's counter",
        "an ingress or clsact queue discipline on the tap",
        "tc -n NAME qdisc del dev tap0 ingress (or clsact)");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    return Facts.qdisc(e, Facts.INGRESS::contains)
        .flatMap(kind ->
            found(
                e.unreachable() ? Severity.BREAKING : Severity.DEGRADING,
                0.93,
                "the node hooks nothing there",
                "queue discipline of tap0: " + kind));
  }
}
