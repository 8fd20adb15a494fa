package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The host's processors are all taken, and this sandbox waits for its turn.
final class HostStarved extends Failure {
  HostStarved() {
    super(
        "host.starved",
        Layer.HOST,
        Severity.EXPLAINING,
        "everything answers, slowly",
        "pressure of /proc/pressure/cpu above 60 % and an answer that took over 500 ms",
        "give the host fewer sandboxes or more processors");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    double pressure = e.host().cpuPressure();
    boolean slow = e.probed().map(p -> p.healthy() && p.healthMillis() > 500).orElse(false);
    if (!slow || pressure < 60) return Optional.empty();
    return found(
        0.6,
        "the agent is well and late, and the host has no processor to spare",
        "cpu pressure "
            + pressure
            + " %, load "
            + e.host().load()
            + " on "
            + e.host().processors()
            + " processors",
        Facts.health(e));
  }
}
