package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// A control group inside the guest is frozen.
final class GuestGroupFrozen extends Failure {
  GuestGroupFrozen() {
    super(
        "guest.frozen",
        Layer.GUEST,
        Severity.DEGRADING,
        "programs inside hang, while the agent answers",
        "cgroup.freeze inside",
        "inside: write 0 to its cgroup.freeze");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    return e.inside()
        .filter(g -> !g.frozen().isEmpty())
        .flatMap(g ->
            certain(
                "the agent answers, its programs' group does not run",
                "frozen inside: " + g.frozen()));
  }
}
