package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import atoll.doctor.evidence.Expected;
import java.util.Optional;

/// The tap is administratively down.
final class TapDown extends Failure {
  TapDown() {
    super(
        "tap.down",
        Layer.TAP,
        Severity.BREAKING,
        "the guest's packets fail with an I/O error in the monitor; nothing reaches it",
        "IFF_UP of the tap, which the monitor holds",
        "ip -n NAME link set tap0 up");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    return e.slot()
        .tap()
        .filter(t -> !t.link().up() && (e.monitor().holds(Expected.TAP) || !e.monitor().alive()))
        .filter(_ -> !Facts.elsewhereThanSlot(e))
        .flatMap(
            t -> certain("it is the monitor's tap, and somebody took it down", Facts.words(t)));
  }
}
