package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The guest has hardly any memory left.
final class GuestMemoryLow extends Failure {
  GuestMemoryLow() {
    super(
        "guest.memory_low",
        Layer.GUEST,
        Severity.DEGRADING,
        "programs inside are slow or killed",
        "MemAvailable inside: below 4 %",
        "end programs inside, or a template with more memory");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    return e.inside()
        .filter(
            g -> g.memoryTotalKib() > 0 && g.memoryAvailableKib() * 100 < g.memoryTotalKib() * 4)
        .flatMap(g ->
            found(
                0.9,
                "the guest's own count",
                (g.memoryAvailableKib() >> 10)
                    + " MiB of "
                    + (g.memoryTotalKib() >> 10)
                    + " MiB are available"));
  }
}
