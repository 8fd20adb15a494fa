package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// Nothing can be written to /tmp in the guest.
final class GuestTmp extends Failure {
  GuestTmp() {
    super(
        "guest.tmp_unwritable",
        Layer.GUEST,
        Severity.DEGRADING,
        "many programs inside fail at once",
        "one small file, written and removed",
        "inside: look at /tmp with df and ls -ld");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    return e.inside()
        .filter(g ->
            !g.tmpWritable()
                && !g.rootReadOnly()
                && g.diskUsedPercent() < 97
                && g.inodesUsedPercent() < 97)
        .flatMap(
            _ -> certain("its disk has room and is writable", "a file in /tmp could not be made"));
  }
}
