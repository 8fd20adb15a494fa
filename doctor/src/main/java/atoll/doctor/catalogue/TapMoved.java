package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import atoll.doctor.evidence.SlotFacts.Elsewhere;
import java.util.Optional;

/// The tap was moved into another namespace.
final class TapMoved extends Failure {
  TapMoved() {
    super(
        "tap.moved",
        Layer.TAP,
        Severity.BREAKING,
        "the guest runs, and its cable ends in the wrong room",
        "fdinfo of the monitor names the tap, the slot's namespace does not have it",
        "move it back: ip -n WHERE link set tap0 netns NAME, then give it its address");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (e.slot().view() == null || !e.monitor().alive() || Facts.elsewhereThanSlot(e))
      return Optional.empty();
    if (!e.monitor().taps().values().stream().anyMatch(n -> !n.isEmpty())) return Optional.empty();
    boolean here = Facts.heldPort(e).isPresent() && !deadTwin(e);
    if (here) return Optional.empty();
    String where =
        Facts.heldElsewhere(e).map(Elsewhere::where).orElse("a namespace without a name");
    return found(
        Facts.heldElsewhere(e).isPresent() ? 0.98 : 0.85,
        "the monitor's descriptor leads to a living tap, which is not in its slot",
        "fdinfo: iff " + e.monitor().taps().values(),
        "found in " + where);
  }

  /// A new tap under the old name: it has no carrier, while the held one elsewhere has.
  private static boolean deadTwin(Evidence e) {
    return e.slot().tap().map(t -> !t.link().carrier()).orElse(false)
        && Facts.heldElsewhere(e).map(t -> t.port().link().carrier()).orElse(false);
  }
}
