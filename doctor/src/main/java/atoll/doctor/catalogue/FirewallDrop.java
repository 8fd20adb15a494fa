package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import atoll.doctor.evidence.SlotFacts.FilterRule;
import java.util.List;
import java.util.Optional;

/// A packet filter in the namespace, which is not the node's, refuses packets.
final class FirewallDrop extends Failure {
  FirewallDrop() {
    super(
        "namespace.firewall",
        Layer.NAMESPACE,
        Severity.DEGRADING,
        "connections time out or are refused, while raw frames are answered",
        "rules and policies of nft inside that refuse, in tables that are not the node's",
        "ip netns exec NAME nft delete table FAMILY TABLE");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    List<FilterRule> foreign = e.slot().drops().stream().filter(r -> !r.ours()).toList();
    if (foreign.isEmpty()) return Optional.empty();
    return found(
        e.unreachable() ? Severity.BREAKING : Severity.DEGRADING,
        0.95,
        "the node keeps no such table in a slot",
        foreign.stream().limit(5).map(FirewallDrop::words).toArray(String[]::new));
  }

  private static String words(FilterRule r) {
    String counted = r.packets() < 0 ? "" : ", " + r.packets() + " packets";
    return r.family() + " " + r.table() + " " + r.chain() + ": " + r.text() + counted;
  }
}
