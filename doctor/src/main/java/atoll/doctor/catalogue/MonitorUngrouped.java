package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The monitor is outside its sandbox's control group.
final class MonitorUngrouped extends Failure {
  MonitorUngrouped() {
    super(
        "vmm.ungrouped",
        Layer.VMM,
        Severity.DEGRADING,
        "its limits do not hold",
        "paths of /proc/PID/cgroup against the sandbox's name",
        "write its pid into cgroup.procs of its group");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (!e.monitor().alive() || e.group().own()) return Optional.empty();
    return found(
        0.92,
        "a group of this sandbox's name is missing where its limits belong",
        e.monitor().groups().toString());
  }
}
