package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The monitor has died and nobody has collected it.
final class MonitorZombie extends Failure {
  MonitorZombie() {
    super(
        "vmm.zombie",
        Layer.VMM,
        Severity.BREAKING,
        "a process is listed, and nothing works",
        "state Z",
        "find its parent (PPid in /proc/PID/status): it must wait for it or end");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (!e.monitor().there() || !e.monitor().state().matches("[ZX]")) return Optional.empty();
    return certain("only its exit status is left of it", "state " + e.monitor().state());
  }
}
