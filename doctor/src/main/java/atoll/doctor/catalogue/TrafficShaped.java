package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The tap's queue delays, loses or limits packets.
final class TrafficShaped extends Failure {
  TrafficShaped() {
    super(
        "namespace.traffic_shaped",
        Layer.NAMESPACE,
        Severity.DEGRADING,
        "slow or lossy, while the guest itself is quick",
        "kind of the tap's queue discipline",
        "tc -n NAME qdisc del dev tap0 root");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    return Facts.qdisc(e, k -> !Facts.USUAL_QUEUES.contains(k) && !Facts.INGRESS.contains(k))
        .flatMap(kind ->
            found(
                e.unreachable() ? Severity.BREAKING : Severity.DEGRADING,
                0.95,
                "a tap has a plain queue by itself, so somebody put this one there",
                "queue discipline of tap0: " + kind));
  }
}
