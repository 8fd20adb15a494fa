package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The guest's kernel made no progress for a long time.
final class GuestLockup extends Failure {
  GuestLockup() {
    super(
        "guest.lockup",
        Layer.GUEST,
        Severity.DEGRADING,
        "everything inside is late by seconds",
        "lockup and stall reports on the console, and no quick answer",
        "look for a starved host or a busy kernel inside; `atoll doctor` on the other sandboxes"
            + " tells which");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    boolean late = e.probed().map(p -> !p.healthy() || p.healthMillis() > 500).orElse(false);
    if (!late) return Optional.empty();
    return Facts.console(
            e,
            "soft lockup",
            "rcu_sched self-detected stall",
            "rcu_preempt self-detected stall",
            "blocked for more than")
        .flatMap(line ->
            found(
                e.unreachable() ? Severity.BREAKING : Severity.DEGRADING,
                0.6,
                "the guest's own kernel says so",
                "console: " + line));
  }
}
