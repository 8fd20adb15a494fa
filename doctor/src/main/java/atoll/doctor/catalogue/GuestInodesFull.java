package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The guest's disk has no inode left.
final class GuestInodesFull extends Failure {
  GuestInodesFull() {
    super(
        "guest.inodes_full",
        Layer.GUEST,
        Severity.DEGRADING,
        "\"No space left on device\" although df shows room",
        "df -i inside: 97 % or more",
        "inside: remove files");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    return e.inside()
        .filter(g -> g.inodesUsedPercent() >= 97)
        .flatMap(g ->
            certain(
                "the guest's own count",
                "inodes of / are used to " + g.inodesUsedPercent() + " %"));
  }
}
