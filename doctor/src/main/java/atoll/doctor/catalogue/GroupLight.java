package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The monitor's group weighs next to nothing.
final class GroupLight extends Failure {
  GroupLight() {
    super(
        "vmm.light",
        Layer.VMM,
        Severity.DEGRADING,
        "the sandbox is slow whenever others work",
        "cpu.shares or cpu.weight of its group: below a tenth of the usual",
        "write 1024 to cpu.shares, or 100 to cpu.weight");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    long weight = e.group().cpuWeight();
    if (weight < 0 || weight >= 10) return Optional.empty();
    return found(0.92, "groups of sandboxes weigh alike", "weight " + weight);
  }
}
