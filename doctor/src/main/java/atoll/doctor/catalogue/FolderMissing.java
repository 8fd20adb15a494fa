package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The sandbox's folder was removed under the running monitor.
final class FolderMissing extends Failure {
  FolderMissing() {
    super(
        "vmm.folder_missing",
        Layer.VMM,
        Severity.DEGRADING,
        "the sandbox runs on what it holds open; nothing of it survives",
        "the folder that the journal names",
        "none while it runs: save what matters from inside, then kill it");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (!e.monitor().alive() || e.disk().directory()) return Optional.empty();
    return certain(
        "the journal names it and it is not there",
        e.subject().directory() + " does not exist",
        "still held: " + e.monitor().deleted());
  }
}
