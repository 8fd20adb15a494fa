package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import atoll.doctor.evidence.HostFacts;
import java.util.Optional;

/// The host has no open file left.
final class HostFilesFull extends Failure {
  HostFilesFull() {
    super(
        "host.files_full",
        Layer.HOST,
        Severity.DEGRADING,
        "\"too many open files\" everywhere",
        "/proc/sys/fs/file-nr: above 95 %",
        "raise fs.file-max, or find the program that leaks descriptors");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    HostFacts h = e.host();
    if (h.files() < 0 || h.filesMost() <= 0 || h.files() < h.filesMost() / 100 * 95)
      return Optional.empty();
    return found(
        0.9, "the limit is the host's", h.files() + " of " + h.filesMost() + " files are open");
  }
}
