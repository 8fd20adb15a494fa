package atoll.doctor.catalogue;

import atoll.doctor.evidence.DiskFacts;
import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The file system below the home has no inode left.
final class HostInodesFull extends Failure {
  HostInodesFull() {
    super(
        "host.inodes_full",
        Layer.HOST,
        Severity.DEGRADING,
        "new sandboxes fail with `disk_full` although there is room",
        "free inodes of the home's file system, by statfs(2): below 64",
        "remove files, or make the file system anew with more inodes");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    DiskFacts d = e.disk();
    if (d.inodes() <= 0 || d.inodesFree() >= 64) return Optional.empty();
    return found(
        0.95,
        "files cannot be made although bytes are free",
        d.inodesFree() + " of " + d.inodes() + " inodes are free");
  }
}
