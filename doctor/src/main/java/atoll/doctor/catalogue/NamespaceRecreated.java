package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import atoll.doctor.evidence.SlotFacts.Elsewhere;
import java.util.Optional;

/// The slot's name was given to a new namespace while the monitor lives in the old one.
final class NamespaceRecreated extends Failure {
  NamespaceRecreated() {
    super(
        "namespace.recreated",
        Layer.NAMESPACE,
        Severity.BREAKING,
        "tap0 shows NO-CARRIER and the guest is unreachable, yet the monitor runs well",
        "inode of the slot's file against /proc/PID/ns/net, and a persistent tap held in the"
            + " monitor's own namespace",
        "kill the sandbox: its old namespace goes with its monitor");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (!Facts.elsewhereThanSlot(e)) return Optional.empty();
    Optional<Elsewhere> own = Facts.heldElsewhere(e).filter(t -> Facts.persistent(t.port()));
    if (own.isEmpty()) return Optional.empty();
    return certain(
        "the monitor holds a slot's own persistent tap, so it was right once and the name was made"
            + " anew after it",
        "slot net:[" + e.slot().inode() + "], monitor net:[" + e.monitor().namespace() + "]",
        "fdinfo: iff "
            + e.monitor().taps().values()
            + ", persistent, in net:["
            + own.get().inode()
            + "]");
  }
}
