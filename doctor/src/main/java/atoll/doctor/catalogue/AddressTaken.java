package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import atoll.doctor.evidence.Expected;
import java.util.Optional;

/// The guest's address is on the host's side too.
final class AddressTaken extends Failure {
  AddressTaken() {
    super(
        "namespace.address_taken",
        Layer.NAMESPACE,
        Severity.BREAKING,
        "connections to the guest end on the host itself",
        "addresses of all links inside against the guest's",
        "ip -n NAME addr del 169.254.0.21/… dev LINK");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (e.slot().view() == null) return Optional.empty();
    return e.slot().view().addresses().stream()
        .filter(a -> a.address().equals(Expected.GUEST))
        .findFirst()
        .flatMap(a ->
            certain(
                "packets for the guest stay in the namespace, which believes to be the guest",
                "link " + a.link() + " has " + a.address().getHostAddress() + "/" + a.length()));
  }
}
