package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import atoll.doctor.evidence.ProbeFacts;
import java.util.Optional;

/// The guest's kernel panicked.
final class GuestPanic extends Failure {
  GuestPanic() {
    super(
        "guest.panic",
        Layer.GUEST,
        Severity.BREAKING,
        "everything hangs or the monitor ends",
        "no answer, and \"Kernel panic\" among the console's last lines or in what the node wrote"
            + " down of the end",
        "read the lines above the panic on the console; create another sandbox");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (e.probed().map(ProbeFacts::healthy).orElse(false)) return Optional.empty();
    return Facts.console(e, "Kernel panic")
        .map(line -> "console: " + line)
        .or(() -> Facts.ended(e, "guest_panicked").map(end -> end.at() + ": " + end.message()))
        .flatMap(seen -> found(0.97, "a kernel that panicked runs nothing any more", seen));
  }
}
