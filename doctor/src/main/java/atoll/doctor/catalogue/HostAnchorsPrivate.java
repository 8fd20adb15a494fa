package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// Namespaces bound in one mount namespace are not seen in others.
final class HostAnchorsPrivate extends Failure {
  HostAnchorsPrivate() {
    super(
        "host.anchors_private",
        Layer.HOST,
        Severity.DEGRADING,
        "`ip netns exec` says \"Invalid argument\"; restarts find plain files instead of"
            + " namespaces",
        "propagation of the mount /run/netns in /proc/self/mountinfo",
        "mount --make-shared /run/netns");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (e.host().anchorsShared() || !e.slot().anchorBound()) return Optional.empty();
    return found(0.6, "the mount is private here", "/run/netns is not shared");
  }
}
