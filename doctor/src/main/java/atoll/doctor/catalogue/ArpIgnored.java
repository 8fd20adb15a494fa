package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import atoll.doctor.evidence.Expected;
import java.util.Optional;
import java.util.stream.Stream;

/// The namespace does not answer the guest's ARP.
final class ArpIgnored extends Failure {
  ArpIgnored() {
    super(
        "namespace.arp_ignored",
        Layer.NAMESPACE,
        Severity.DEGRADING,
        "the guest loses its gateway when its own entry grows old",
        "arp_ignore of all and of the tap: 3 or more",
        "write 0 to /proc/sys/net/ipv4/conf/{all,tap0}/arp_ignore inside");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    String worst =
        Stream.of("ipv4/conf/all/arp_ignore", "ipv4/conf/" + Expected.TAP + "/arp_ignore")
            .filter(n -> e.slot().settings().getOrDefault(n, "0").matches("[3-8]"))
            .findFirst()
            .orElse("");
    if (worst.isEmpty()) return Optional.empty();
    return found(
        e.unreachable() ? Severity.BREAKING : Severity.DEGRADING,
        0.9,
        "requests for the gateway's address go unanswered by this setting",
        worst + " = " + e.slot().settings().get(worst));
  }
}
