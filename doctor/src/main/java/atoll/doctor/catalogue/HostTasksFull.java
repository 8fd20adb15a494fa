package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import atoll.doctor.evidence.HostFacts;
import java.util.Optional;

/// The host has no room for more processes or threads.
final class HostTasksFull extends Failure {
  HostTasksFull() {
    super(
        "host.tasks_full",
        Layer.HOST,
        Severity.DEGRADING,
        "starts fail with \"Resource temporarily unavailable\"",
        "tasks of /proc/loadavg against pid_max and threads-max: above 95 %",
        "raise kernel.pid_max and kernel.threads-max, or end what makes so many");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    HostFacts h = e.host();
    if (h.tasks() < 0 || h.tasks() * 100 < h.tasksMost() * 95) return Optional.empty();
    return found(
        0.9,
        "the limit is the host's, not a group's",
        h.tasks() + " of " + h.tasksMost() + " tasks");
  }
}
