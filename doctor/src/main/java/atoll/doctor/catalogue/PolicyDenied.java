package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import atoll.doctor.evidence.SlotFacts.FilterRule;
import java.util.List;
import java.util.Optional;

/// The sandbox's own network policy has refused connections. No fault: it was asked for.
final class PolicyDenied extends Failure {
  PolicyDenied() {
    super(
        "veth.policy_denied",
        Layer.VETH,
        Severity.EXPLAINING,
        "connections from inside to some addresses end with \"administratively prohibited\"",
        "packets counted by the refusing rules of the sandbox's policy",
        "none if that is meant; else another policy: PUT /sandboxes/ID/network");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    List<FilterRule> hit =
        e.slot().drops().stream()
            .filter(r -> r.ours() && r.packets() > 0 && r.text().contains("@denied"))
            .toList();
    if (hit.isEmpty()) return Optional.empty();
    return found(
        0.9,
        "a rule of the sandbox's own policy counted what it refused",
        hit.stream().map(r -> r.text() + ": " + r.packets() + " packets").toArray(String[]::new));
  }
}
