package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The monitor waits in the kernel and cannot be interrupted.
final class MonitorStuck extends Failure {
  MonitorStuck() {
    super(
        "vmm.stuck",
        Layer.VMM,
        Severity.BREAKING,
        "the guest hangs in the midst of disk or memory work",
        "state D of its threads, and a guest that does not answer",
        "look at the host's disks (`dmesg`); nothing ends such a process but the end of its wait");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    long stuck = e.monitor().threads().stream().filter("D"::equals).count();
    if (stuck == 0 || !e.probed().map(p -> !p.guestAnswered()).orElse(false))
      return Optional.empty();
    return found(
        0.6,
        "threads in state D and no answer",
        stuck + " of " + e.monitor().threads().size() + " threads in state D");
  }
}
