package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// Two monitors claim to be this sandbox.
final class MonitorDouble extends Failure {
  MonitorDouble() {
    super(
        "vmm.double",
        Layer.VMM,
        Severity.DEGRADING,
        "the disk may be damaged by two writers",
        "processes whose arguments name this sandbox and its folder",
        "end the one that the journal does not name");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (e.monitor().doubles().isEmpty()) return Optional.empty();
    return found(
        0.92,
        "its name stands in the arguments of its own monitor alone",
        "also pids " + e.monitor().doubles());
  }
}
