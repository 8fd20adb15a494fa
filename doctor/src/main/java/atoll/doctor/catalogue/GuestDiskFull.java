package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The guest's disk is full.
final class GuestDiskFull extends Failure {
  GuestDiskFull() {
    super(
        "guest.disk_full",
        Layer.GUEST,
        Severity.DEGRADING,
        "writes inside fail with \"No space left on device\"",
        "df inside: 97 % or more",
        "inside: remove files; or a template with a larger disk");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    return e.inside()
        .filter(g -> g.diskUsedPercent() >= 97)
        .flatMap(
            g -> certain("the guest's own count", "/ is used to " + g.diskUsedPercent() + " %"));
  }
}
