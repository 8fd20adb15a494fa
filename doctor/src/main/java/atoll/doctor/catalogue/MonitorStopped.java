package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The monitor was stopped by a signal.
final class MonitorStopped extends Failure {
  MonitorStopped() {
    super(
        "vmm.stopped",
        Layer.VMM,
        Severity.BREAKING,
        "everything hangs at once; nothing is refused",
        "state T",
        "kill -CONT PID");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (!e.monitor().state().equals("T")) return Optional.empty();
    return certain(
        "a stopped process runs no guest; carrier and descriptors stay as they were",
        "pid " + e.subject().pid() + " has state T (stopped)");
  }
}
