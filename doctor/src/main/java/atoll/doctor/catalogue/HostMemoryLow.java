package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import atoll.doctor.evidence.HostFacts;
import java.util.Optional;

/// The host has hardly any memory left.
final class HostMemoryLow extends Failure {
  HostMemoryLow() {
    super(
        "host.memory_low",
        Layer.HOST,
        Severity.DEGRADING,
        "everything is slow; the kernel may kill monitors",
        "MemAvailable of /proc/meminfo: below 3 % of MemTotal",
        "end sandboxes or other programs of this host");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    HostFacts h = e.host();
    if (h.memoryTotal() <= 0 || h.memoryAvailable() < 0) return Optional.empty();
    if (h.memoryAvailable() * 100 >= h.memoryTotal() * 3) return Optional.empty();
    return found(
        0.85,
        "every sandbox of this host suffers alike",
        (h.memoryAvailable() >> 20) + " MiB of " + (h.memoryTotal() >> 20) + " MiB are available");
  }
}
