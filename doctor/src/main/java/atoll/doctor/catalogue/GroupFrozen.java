package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The monitor's control group is frozen.
final class GroupFrozen extends Failure {
  GroupFrozen() {
    super(
        "vmm.frozen",
        Layer.VMM,
        Severity.BREAKING,
        "everything hangs at once; the process looks alive",
        "freezer.state or cgroup.events of its groups",
        "write THAWED to freezer.state, or 0 to cgroup.freeze");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (e.group().frozen().isEmpty()) return Optional.empty();
    return certain(
        "a frozen group runs nothing, whatever its processes' states say",
        "frozen: " + e.group().frozen());
  }
}
