package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The host promises no more memory than it has.
final class HostOvercommitStrict extends Failure {
  HostOvercommitStrict() {
    super(
        "host.overcommit_strict",
        Layer.HOST,
        Severity.DEGRADING,
        "starts fail with \"Cannot allocate memory\" although memory is free",
        "vm.overcommit_memory is 2",
        "sysctl -w vm.overcommit_memory=0");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (!"2".equals(e.host().settings().get("vm/overcommit_memory"))) return Optional.empty();
    return found(0.8, "guests map more than they touch", "vm.overcommit_memory = 2");
  }
}
