package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// A routing rule that is not the node's decides where packets go.
final class RoutingRule extends Failure {
  RoutingRule() {
    super(
        "namespace.routing_rule",
        Layer.NAMESPACE,
        Severity.DEGRADING,
        "connections fail in ways that the routes do not explain",
        "routing rules beyond the three that every namespace has",
        "ip -n NAME rule del pref NUMBER");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (e.slot().view() == null || e.slot().view().rules().isEmpty()) return Optional.empty();
    return found(
        e.unreachable() ? Severity.BREAKING : Severity.DEGRADING,
        0.94,
        "the node makes no rules, and these come before its routes",
        e.slot().view().rules().toString());
  }
}
