package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The monitor's control socket was removed.
final class ControlSocketGone extends Failure {
  ControlSocketGone() {
    super(
        "vmm.control_gone",
        Layer.VMM,
        Severity.DEGRADING,
        "the sandbox runs, but a restarted node cannot talk to its monitor",
        "qmp.sock in its folder, or Firecracker's api.sock",
        "none while it runs: pause or kill it through the node that still holds the connection");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (!e.monitor().alive() || !e.disk().directory() || e.disk().controlSocket())
      return Optional.empty();
    return certain(
        "the socket is made before the monitor and stays until it ends",
        e.subject().controlSocket() + " does not exist");
  }
}
