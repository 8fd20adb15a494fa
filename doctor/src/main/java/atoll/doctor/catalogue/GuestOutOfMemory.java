package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The guest ran out of memory and its kernel ended a program.
final class GuestOutOfMemory extends Failure {
  GuestOutOfMemory() {
    super(
        "guest.out_of_memory",
        Layer.GUEST,
        Severity.DEGRADING,
        "programs vanish inside",
        "\"Out of memory: Killed process\" among the console's last lines",
        "give the template more memory, or the work less");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    return Facts.console(e, "Out of memory: Killed process", "oom-kill:")
        .flatMap(line -> found(0.75, "the guest's own kernel says so", "console: " + line));
  }
}
