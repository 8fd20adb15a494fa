package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import atoll.doctor.evidence.Expected;
import java.util.Optional;

/// The tap was made anew under its old name, and the monitor holds the dead one.
final class TapRecreated extends Failure {
  TapRecreated() {
    super(
        "tap.recreated",
        Layer.TAP,
        Severity.BREAKING,
        "tap0 looks right and shows NO-CARRIER, or somebody else's carrier",
        "fdinfo of the monitor has an empty interface, and a tap of the slot's name exists",
        "kill the sandbox: the monitor's cable cannot be plugged in again");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (e.slot().tap().isEmpty() || !e.monitor().alive() || Facts.elsewhereThanSlot(e))
      return Optional.empty();
    if (!e.monitor().taps().containsValue("") || e.monitor().holds(Expected.TAP))
      return Optional.empty();
    return certain(
        "the monitor holds a tap that was deleted, so the one here is a later one",
        "fdinfo: iff is empty",
        Facts.words(e.slot().tap().get()));
  }
}
