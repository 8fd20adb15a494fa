package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The slot's name is a plain file.
final class AnchorPlain extends Failure {
  AnchorPlain() {
    super(
        "namespace.anchor_plain",
        Layer.NAMESPACE,
        Severity.DEGRADING,
        "`ip netns exec` says \"Invalid argument\"",
        "statfs(2) of the slot's file is not nsfs",
        "bind it again: mount --bind /proc/PID/ns/net /run/netns/NAME");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (!e.slot().anchorExists() || e.slot().anchorBound() || !e.monitor().alive())
      return Optional.empty();
    return certain(
        "nothing is mounted on the name any more, and the monitor lives on",
        e.subject().anchor() + " is a plain file",
        "monitor is in net:[" + e.monitor().namespace() + "]");
  }
}
