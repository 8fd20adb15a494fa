package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The monitor runs without a network.
final class TapNotHeld extends Failure {
  TapNotHeld() {
    super(
        "tap.not_held",
        Layer.TAP,
        Severity.BREAKING,
        "tap0 shows NO-CARRIER, the guest boots and is alone",
        "no tun descriptor among the monitor's",
        "kill the sandbox and start another");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (!e.monitor().alive() || e.slot().tap().isEmpty() || !e.monitor().taps().isEmpty())
      return Optional.empty();
    if (Facts.unreadMonitor(e)) return Optional.empty();
    return found(
        0.93,
        "it never opened the tap or closed it",
        "no tun descriptor in /proc/" + e.subject().pid() + "/fdinfo",
        Facts.words(e.slot().tap().get()));
  }
}
