package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The sandbox is half made.
final class MonitorNotStarted extends Failure {
  MonitorNotStarted() {
    super(
        "vmm.not_started",
        Layer.VMM,
        Severity.EXPLAINING,
        "it is in the journal and has no process yet",
        "pid 0 in the journal",
        "wait for the start, or start the node again: it takes away what broke off");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (!e.subject().live() || e.subject().pid() != 0 || e.monitor().there())
      return Optional.empty();
    boolean left = e.host().nodePid() == 0;
    return found(
        left ? Severity.BREAKING : Severity.EXPLAINING,
        0.9,
        left ? "no node runs that could finish its start" : "its start is under way",
        "the journal has no pid for it");
  }
}
