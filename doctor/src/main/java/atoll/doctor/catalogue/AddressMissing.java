package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import atoll.doctor.evidence.Expected;
import java.util.Optional;

/// The tap has lost its address.
final class AddressMissing extends Failure {
  AddressMissing() {
    super(
        "namespace.address_missing",
        Layer.NAMESPACE,
        Severity.BREAKING,
        "connections end with \"no route\"; the guest's gateway does not answer",
        "addresses of the tap, by netlink",
        "ip -n NAME addr add 169.254.0.22/30 dev tap0");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (Facts.usableTap(e).isEmpty() || Facts.hasHostAddress(e)) return Optional.empty();
    return certain(
        "the link is up and held, only the address is not there",
        "tap0 has " + Facts.addresses(e) + ", expected " + Expected.HOST);
  }
}
