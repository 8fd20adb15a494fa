package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The node's process is there and does not run.
final class HostNodeStopped extends Failure {
  HostNodeStopped() {
    super(
        "host.node_stopped",
        Layer.HOST,
        Severity.DEGRADING,
        "the API and the edge accept connections and never answer; the sandbox runs on",
        "state T of the process that holds the lock of the journal",
        "kill -CONT of the node's process");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (!e.host().nodeState().matches("[Tt]")) return Optional.empty();
    return certain(
        "a stopped process keeps its sockets and its lock and does nothing with them",
        "node " + e.host().nodePid() + " has state " + e.host().nodeState());
  }
}
