package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// Another process traces the monitor.
final class MonitorTraced extends Failure {
  MonitorTraced() {
    super(
        "vmm.traced",
        Layer.VMM,
        Severity.DEGRADING,
        "the guest stands still or is very slow",
        "TracerPid and state t",
        "end the tracer, or let it detach");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    long tracer = e.monitor().tracer();
    if (tracer <= 0) return Optional.empty();
    boolean still = e.monitor().state().equals("t");
    return found(
        still ? Severity.BREAKING : Severity.DEGRADING,
        0.96,
        "a traced process moves as its tracer lets it",
        "traced by pid " + tracer + ", state " + e.monitor().state());
  }
}
