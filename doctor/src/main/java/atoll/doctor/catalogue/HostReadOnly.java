package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The file system below the home is mounted read-only.
final class HostReadOnly extends Failure {
  HostReadOnly() {
    super(
        "host.read_only",
        Layer.HOST,
        Severity.DEGRADING,
        "journal and overlays cannot be written; every start fails",
        "mount options of the home's file system",
        "see `dmesg` for the error that made it read-only; then mount -o remount,rw");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (!e.disk().readOnly()) return Optional.empty();
    return found(
        e.unreachable() ? Severity.BREAKING : Severity.DEGRADING,
        0.95,
        "nothing of the home can be written",
        "its file system is mounted read-only");
  }
}
