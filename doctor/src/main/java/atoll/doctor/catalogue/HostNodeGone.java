package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// No node runs on this home, yet this sandbox does.
final class HostNodeGone extends Failure {
  HostNodeGone() {
    super(
        "host.node_gone",
        Layer.HOST,
        Severity.DEGRADING,
        "the API does not answer; the sandbox runs on unattended",
        "nobody holds the lock of the journal, by /proc/locks",
        "start the node again: `atoll up`");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (e.host().nodePid() != 0 || !e.monitor().alive()) return Optional.empty();
    return found(
        0.9,
        "its monitor lives and the journal has no owner",
        "journal/lock is free",
        "monitor " + e.subject().pid() + " runs");
  }
}
