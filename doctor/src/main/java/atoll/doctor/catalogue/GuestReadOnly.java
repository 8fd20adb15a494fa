package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import atoll.doctor.evidence.GuestFacts;
import java.util.Optional;

/// The guest's root is mounted read-only.
final class GuestReadOnly extends Failure {
  GuestReadOnly() {
    super(
        "guest.read_only",
        Layer.GUEST,
        Severity.DEGRADING,
        "writes inside fail with \"Read-only file system\"",
        "/proc/mounts inside",
        "inside: mount -o remount,rw /; if that fails, the disk has errors");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    return e.inside()
        .filter(GuestFacts::rootReadOnly)
        .flatMap(_ -> certain("the guest's own list of mounts", "/ is ro"));
  }
}
