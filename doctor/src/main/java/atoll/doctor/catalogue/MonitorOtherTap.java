package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import atoll.doctor.evidence.Expected;
import java.util.Optional;

/// Firecracker's machine has no network interface, or one on another tap than its slot's.
final class MonitorOtherTap extends Failure {
  MonitorOtherTap() {
    super(
        "vmm.other_tap",
        Layer.VMM,
        Severity.BREAKING,
        "tap0 shows NO-CARRIER although the monitor runs where it should",
        "host_dev_name of its interface by `GET /vm/config`, against the slot's tap",
        "kill the sandbox: the interface was never made, or the load named another tap");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (!e.api().answered() || e.api().tap().equals(Expected.TAP)) return Optional.empty();
    // Where a tap was renamed or moved under it, the tap's own failures say more.
    if (!e.monitor().taps().isEmpty()) return Optional.empty();
    return found(
        0.95,
        "it says itself which tap it was given",
        e.api().tap().isEmpty()
            ? "its machine has no network interface"
            : "its interface is on " + Facts.printable(e.api().tap()));
  }
}
