package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The kernel killed the monitor because memory was out.
final class MonitorOutOfMemory extends Failure {
  private static final String WORDS = "for want of memory";

  MonitorOutOfMemory() {
    super(
        "vmm.out_of_memory",
        Layer.VMM,
        Severity.BREAKING,
        "the API says 404; the sandbox was there a moment ago",
        "what the node wrote down when it ended: signal 9, and a count of `oom_kill` in its group",
        "give the host fewer sandboxes or more memory; look for a limit of its group below the"
            + " guest's memory");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    return Facts.ended(e, "vmm_exited")
        .filter(end -> end.message().contains(WORDS))
        .flatMap(end ->
            certain(
                "its group counts what the kernel kills for memory, and nobody else sent the"
                    + " signal",
                end.at() + " " + end.reason() + ": " + end.message()));
  }
}
