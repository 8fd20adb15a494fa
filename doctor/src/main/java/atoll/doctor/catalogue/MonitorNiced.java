package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import atoll.doctor.evidence.MonitorFacts;
import java.util.Optional;

/// The monitor has a low priority.
final class MonitorNiced extends Failure {
  MonitorNiced() {
    super(
        "vmm.niced",
        Layer.VMM,
        Severity.DEGRADING,
        "the sandbox is slow whenever others work",
        "nice value and policy of its threads",
        "renice 0 and chrt --other 0 for each of its threads");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    MonitorFacts m = e.monitor();
    if (!m.alive() || (m.nice() <= 0 && m.policy() != 5)) return Optional.empty();
    return certain(
        "the node starts monitors with nice 0", "nice " + m.nice() + ", policy " + m.policy());
  }
}
