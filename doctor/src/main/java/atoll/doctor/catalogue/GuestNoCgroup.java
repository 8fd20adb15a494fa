package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The guest has no cgroup2 file system.
final class GuestNoCgroup extends Failure {
  GuestNoCgroup() {
    super(
        "guest.cgroup2_missing",
        Layer.GUEST,
        Severity.DEGRADING,
        "programs cannot be grouped, limited or frozen; an agent that needs it never answers",
        "/proc/mounts inside",
        "inside: mount -t cgroup2 none /sys/fs/cgroup");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    return e.inside()
        .filter(g -> !g.cgroup2())
        .flatMap(_ ->
            certain(
                "the guest's own list of mounts lacks it",
                "nothing of type cgroup2 on /sys/fs/cgroup"));
  }
}
