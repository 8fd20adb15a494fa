package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The guest powered itself off.
final class GuestStopped extends Failure {
  GuestStopped() {
    super(
        "guest.stopped",
        Layer.GUEST,
        Severity.BREAKING,
        "the API says 404; the sandbox was there a moment ago",
        "what the node wrote down when it ended",
        "create another sandbox; programs inside called poweroff or reboot");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    return Facts.ended(e, "guest_stopped")
        .flatMap(end ->
            found(
                0.96,
                "the monitor ended without an error, which only its guest asks for",
                end.at() + ": " + end.message()));
  }
}
