package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// Firecracker runs and does not answer its API.
final class MonitorSilent extends Failure {
  MonitorSilent() {
    super(
        "vmm.api_silent",
        Layer.VMM,
        Severity.DEGRADING,
        "the sandbox runs, but pausing it or saving it hangs",
        "`GET /` on api.sock in its folder, of a process that could answer",
        "it may be saving a snapshot, look again; if not, save what matters from inside, kill it");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (e.api().silence().isEmpty() || !e.disk().controlSocket()) return Optional.empty();
    if (!e.monitor().state().matches("[RS]") || !e.group().frozen().isEmpty())
      return Optional.empty();
    return found(
        0.8,
        "its API is served by a thread that does nothing else",
        e.subject().controlSocket() + ": " + e.api().silence(),
        "its log ends: " + Facts.printable(e.api().lastWord()));
  }
}
