package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The guest's kernel met errors on its disk.
final class GuestDiskErrors extends Failure {
  GuestDiskErrors() {
    super(
        "guest.disk_errors",
        Layer.GUEST,
        Severity.DEGRADING,
        "I/O errors, then a read-only root",
        "EXT4 and block errors among the console's last lines",
        "look at the host's disk below the overlay; save what can be saved and kill the sandbox");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    return Facts.console(
            e,
            "EXT4-fs error",
            "I/O error, dev vd",
            "Remounting filesystem read-only",
            "Buffer I/O error")
        .flatMap(line ->
            found(
                e.unreachable() ? Severity.BREAKING : Severity.DEGRADING,
                0.94,
                "the guest's own kernel says so",
                "console: " + line));
  }
}
