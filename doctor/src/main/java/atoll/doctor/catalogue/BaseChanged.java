package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The template's disk was written to after this sandbox was made.
final class BaseChanged extends Failure {
  BaseChanged() {
    super(
        "vmm.base_changed",
        Layer.VMM,
        Severity.DEGRADING,
        "odd files, checksum errors, crashes of programs that read it",
        "time of the last write to the backing file against the birth of the sandbox's folder",
        "kill the sandboxes made from it, build the template again");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (!e.disk().baseExists() || !e.disk().baseNewer()) return Optional.empty();
    return found(
        0.92, "a published template never changes", e.disk().base() + " is newer than the sandbox");
  }
}
