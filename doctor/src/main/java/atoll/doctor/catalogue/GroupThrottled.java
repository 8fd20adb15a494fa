package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import atoll.doctor.evidence.GroupFacts;
import java.util.Optional;

/// The monitor may use less than half of a processor per virtual one.
final class GroupThrottled extends Failure {
  GroupThrottled() {
    super(
        "vmm.throttled",
        Layer.VMM,
        Severity.DEGRADING,
        "everything is slow, evenly",
        "processor quota of its group against its virtual processors",
        "write the quota back: virtual processors plus a half");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    GroupFacts g = e.group();
    if (g.cpus() <= 0 || g.cpus() >= 0.5 * e.cpus()) return Optional.empty();
    return found(
        e.unreachable() ? Severity.BREAKING : Severity.DEGRADING,
        0.95,
        "the node gives each virtual processor a whole one",
        "quota of " + g.cpus() + " processors for " + e.cpus() + " virtual ones",
        "held back "
            + e.probed().map(p -> p.throttledMicros() / 1000).orElse(0L)
            + " ms while it was asked");
  }
}
