package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import atoll.doctor.evidence.GroupFacts;
import java.util.Optional;

/// The monitor may use less memory than its guest has.
final class GroupMemoryTight extends Failure {
  GroupMemoryTight() {
    super(
        "vmm.memory_tight",
        Layer.VMM,
        Severity.DEGRADING,
        "the guest slows down, then the kernel kills the monitor",
        "memory limit of its group against its -m argument",
        "write the limit back: the guest's memory and 640 MiB");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    GroupFacts g = e.group();
    long guest = e.memoryMib() << 20;
    if (g.memoryLimit() < 0 || guest <= 0 || g.memoryLimit() >= guest) return Optional.empty();
    return found(
        0.95,
        "a guest may touch all of its memory",
        "limit " + (g.memoryLimit() >> 20) + " MiB, guest " + e.memoryMib() + " MiB");
  }
}
