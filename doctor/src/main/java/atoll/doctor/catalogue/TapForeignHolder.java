package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// Somebody else holds the tap.
final class TapForeignHolder extends Failure {
  TapForeignHolder() {
    super(
        "tap.foreign_holder",
        Layer.TAP,
        Severity.BREAKING,
        "a new monitor would be told \"Device or resource busy\"",
        "carrier 1 although the slot's monitor is gone",
        "find the holder by `iff: tap0` in /proc/*/fdinfo of the processes in the namespace, and"
            + " end it");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (e.monitor().alive() || !e.subject().live()) return Optional.empty();
    return e.slot()
        .tap()
        .filter(t -> t.link().up() && t.link().carrier())
        .flatMap(
            t -> found(0.9, "carrier means a holder, and it is not the monitor", Facts.words(t)));
  }
}
