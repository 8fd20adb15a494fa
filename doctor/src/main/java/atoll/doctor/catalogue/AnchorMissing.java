package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The namespace lives, and its name is gone.
final class AnchorMissing extends Failure {
  AnchorMissing() {
    super(
        "namespace.anchor_missing",
        Layer.NAMESPACE,
        Severity.DEGRADING,
        "`ip netns` shows nothing, yet the monitor runs",
        "the slot's file under /run/netns does not exist, and the monitor is in some namespace",
        "bind it again: mount --bind /proc/PID/ns/net /run/netns/NAME");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (e.subject().slot() < 0 || e.slot().anchorExists() || !e.monitor().alive())
      return Optional.empty();
    return certain(
        "the monitor still holds a namespace that nobody can find by name",
        e.subject().anchor() + " does not exist",
        "monitor is in net:[" + e.monitor().namespace() + "]");
  }
}
