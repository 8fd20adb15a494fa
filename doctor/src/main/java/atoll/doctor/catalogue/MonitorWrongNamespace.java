package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The monitor runs in another network namespace than its slot's.
final class MonitorWrongNamespace extends Failure {
  MonitorWrongNamespace() {
    super(
        "vmm.wrong_namespace",
        Layer.VMM,
        Severity.BREAKING,
        "tap0 in the slot shows NO-CARRIER; a second tap0 with carrier, but DOWN, may be elsewhere",
        "inode of /proc/PID/ns/net against the slot's, and no persistent tap of a slot in the"
            + " monitor's hands",
        "kill the sandbox: the monitor made or opened a tap where it was, not where it should be");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (!Facts.elsewhereThanSlot(e)) return Optional.empty();
    if (Facts.heldElsewhere(e).filter(t -> Facts.persistent(t.port())).isPresent())
      return Optional.empty();
    return certain(
        "its namespace is not the slot's and its tap is no slot's",
        "slot net:[" + e.slot().inode() + "], monitor net:[" + e.monitor().namespace() + "]",
        Facts.heldElsewhere(e)
            .map(t -> "it holds " + t.port().name() + ", not persistent, in " + t.where())
            .orElse("it holds " + e.monitor().taps().values()));
  }
}
