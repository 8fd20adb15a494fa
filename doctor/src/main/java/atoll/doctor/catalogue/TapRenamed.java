package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import atoll.doctor.evidence.Expected;
import java.util.Optional;

/// The tap has another name.
final class TapRenamed extends Failure {
  TapRenamed() {
    super(
        "tap.renamed",
        Layer.TAP,
        Severity.BREAKING,
        "nothing finds the slot's tap, although it is there and held",
        "fdinfo of the monitor names a link of the slot's namespace that is not called as expected",
        "ip -n NAME link set OTHER down name tap0 up");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (e.slot().view() == null || e.slot().tap().isPresent()) return Optional.empty();
    return Facts.heldPort(e)
        .flatMap(p ->
            certain(
                "it is the very device that the monitor holds",
                "fdinfo: iff " + p.name() + ", expected " + Expected.TAP));
  }
}
