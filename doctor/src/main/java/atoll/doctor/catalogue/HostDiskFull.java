package atoll.doctor.catalogue;

import atoll.doctor.evidence.DiskFacts;
import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The file system below the home has no room left.
final class HostDiskFull extends Failure {
  private static final long LEAST = 24L << 20; // less than one guest writes in a second

  HostDiskFull() {
    super(
        "host.disk_full",
        Layer.HOST,
        Severity.DEGRADING,
        "writes fail inside; the guest stops in mid-run; new sandboxes are refused with"
            + " `disk_full`",
        "free bytes of the home's file system, by statfs(2): below 24 MiB",
        "free space on the file system of the home, then `atoll sandbox kill` what was stopped by"
            + " it");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    DiskFacts d = e.disk();
    if (d.free() < 0 || d.free() >= LEAST) return Optional.empty();
    return found(
        e.unreachable() ? Severity.BREAKING : Severity.DEGRADING,
        0.96,
        "the file system is full, and a monitor whose overlay cannot grow stops its guest",
        "free " + (d.free() >> 10) + " KiB of " + (d.size() >> 20) + " MiB");
  }
}
