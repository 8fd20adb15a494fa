package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The guest's processors do not run, though its monitor does.
final class GuestPaused extends Failure {
  GuestPaused() {
    super(
        "guest.paused",
        Layer.GUEST,
        Severity.BREAKING,
        "nothing answers and nothing is refused; no processor time is used",
        "Firecracker's own word by `GET /`; else switches of the monitor's threads while the guest was"
            + " asked: none",
        "resume it by the node that holds its control socket, or kill it");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (e.api().paused())
      return certain("its monitor says so", "GET / on " + e.subject().controlSocket() + ": Paused");
    if (!Facts.silent(e) || !Facts.still(e)) return Optional.empty();
    return found(
        0.9,
        "a running guest takes an interrupt for each frame; this one took none",
        "no answer to ARP, ping or TCP",
        "the monitor's threads ran "
            + e.probe().switches()
            + " times in "
            + Math.round(e.probe().wholeMillis())
            + " ms");
  }
}
