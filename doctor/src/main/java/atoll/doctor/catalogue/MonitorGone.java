package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The monitor's process is not there.
final class MonitorGone extends Failure {
  MonitorGone() {
    super(
        "vmm.gone",
        Layer.VMM,
        Severity.BREAKING,
        "tap0 shows NO-CARRIER: an effect, nobody is left to hold it",
        "pid and start time of the journal against /proc",
        "start the node again, which takes the rest away, and create another sandbox");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (!e.subject().live() || e.subject().pid() == 0 || e.monitor().there() || e.ending() != null)
      return Optional.empty();
    return certain(
        "no process has this pid and start time; a missing carrier follows from it",
        "pid "
            + e.subject().pid()
            + " started at tick "
            + e.subject().startTicks()
            + " does not exist",
        e.slot().tap().map(Facts::words).orElse("tap0 is not there"));
  }
}
