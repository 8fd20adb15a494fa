package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// Lines of the journal are damaged.
final class HostJournalDamaged extends Failure {
  HostJournalDamaged() {
    super(
        "host.journal_damaged",
        Layer.HOST,
        Severity.DEGRADING,
        "a restart of the node may leave things behind",
        "checksums of the journal's lines",
        "restart the node, then `ip netns`, `ls /sys/fs/cgroup/*/atoll` show what is left");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (e.host().journalDamaged() == 0) return Optional.empty();
    return found(
        0.6,
        "what a torn line said is not known any more",
        e.host().journalDamaged() + " damaged lines");
  }
}
