package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The namespace's loopback is down.
final class LoopbackDown extends Failure {
  LoopbackDown() {
    super(
        "namespace.loopback_down",
        Layer.NAMESPACE,
        Severity.DEGRADING,
        "programs of the node inside the namespace cannot reach themselves",
        "IFF_UP of lo inside",
        "ip -n NAME link set lo up");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (e.slot().view() == null) return Optional.empty();
    return e.slot()
        .view()
        .port("lo")
        .filter(lo -> !lo.link().up())
        .flatMap(
            _ -> certain("everything else of the namespace is judged by itself", "lo is down"));
  }
}
