package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The monitor ended, and the node has cleaned up after it.
final class MonitorExited extends Failure {
  MonitorExited() {
    super(
        "vmm.exited",
        Layer.VMM,
        Severity.BREAKING,
        "the API says 404; the sandbox was there a moment ago",
        "what the node wrote down when it ended",
        "create another sandbox; the console's last lines say more");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    return Facts.ended(
            e, "vmm_exited", "vmm_wrong_namespace", "tap_not_held", "no_carrier", "start_failed")
        .filter(end -> !end.message().contains("for want of memory"))
        .flatMap(end ->
            found(
                0.96,
                "its node saw the process end before anything else failed",
                end.at() + " " + end.reason() + ": " + end.message()));
  }
}
