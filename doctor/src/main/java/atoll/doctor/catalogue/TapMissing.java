package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import atoll.doctor.evidence.Expected;
import java.util.Optional;

/// The tap was deleted.
final class TapMissing extends Failure {
  TapMissing() {
    super(
        "tap.missing",
        Layer.TAP,
        Severity.BREAKING,
        "the guest is unreachable at once and for ever",
        "no tap of the slot's name inside, and a tun descriptor of the monitor without a name",
        "kill the sandbox: the monitor's cable cannot be plugged in again");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (e.slot().view() == null || e.slot().viaMonitor() || e.slot().tap().isPresent())
      return Optional.empty();
    if (Facts.heldPort(e).isPresent() || Facts.heldElsewhere(e).isPresent())
      return Optional.empty();
    if (e.monitor().alive() && e.monitor().holds(Expected.TAP)) return Optional.empty();
    return certain(
        "the monitor's descriptor leads to a device that does not exist any more",
        "no " + Expected.TAP + " in net:[" + e.slot().inode() + "]",
        "fdinfo: iff " + e.monitor().taps().values());
  }
}
