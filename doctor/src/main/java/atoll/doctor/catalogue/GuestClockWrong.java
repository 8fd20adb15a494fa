package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The guest's clock is wrong.
final class GuestClockWrong extends Failure {
  GuestClockWrong() {
    super(
        "guest.clock",
        Layer.GUEST,
        Severity.DEGRADING,
        "TLS and tokens fail inside",
        "the guest's time against the host's: more than 5 s apart",
        "inside: date -s @SECONDS; the agent's /init does it after every restore");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    return e.inside()
        .filter(g -> Math.abs(g.clockAheadSeconds()) > 5)
        .flatMap(g ->
            certain(
                "the agent sets it at every start, so it was changed later",
                "the guest is " + Math.round(g.clockAheadSeconds()) + " s ahead of the host"));
  }
}
