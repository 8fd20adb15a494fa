package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The console is no longer kept on disk.
final class ConsoleLost extends Failure {
  ConsoleLost() {
    super(
        "vmm.console_lost",
        Layer.VMM,
        Severity.DEGRADING,
        "`logs` after a restart of the node is empty",
        "console.log in the sandbox's folder",
        "none needed for the guest; free space if the disk was full");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (!e.monitor().alive() || !e.disk().directory() || e.disk().console())
      return Optional.empty();
    return found(0.9, "it is made with the monitor", e.subject().console() + " does not exist");
  }
}
