package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import atoll.doctor.evidence.GroupFacts;
import java.util.Optional;

/// The monitor may start no more threads.
final class GroupTasksFull extends Failure {
  GroupTasksFull() {
    super(
        "vmm.tasks_full",
        Layer.VMM,
        Severity.DEGRADING,
        "disk work stalls; QEMU says \"Resource temporarily unavailable\"",
        "pids.current against pids.max of its group",
        "write 256 to pids.max");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    GroupFacts g = e.group();
    if (!g.tasksFull()) return Optional.empty();
    return found(
        0.93, "the limit is its own group's", g.tasks() + " of " + g.tasksMost() + " tasks");
  }
}
