package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The host's table of tracked connections is full.
final class HostConntrackFull extends Failure {
  HostConntrackFull() {
    super(
        "host.conntrack_full",
        Layer.HOST,
        Severity.DEGRADING,
        "new connections through the host fail at random",
        "nf_conntrack_count against nf_conntrack_max: above 95 %",
        "raise net.netfilter.nf_conntrack_max");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    long now = number(e, "net/netfilter/nf_conntrack_count");
    long most = number(e, "net/netfilter/nf_conntrack_max");
    if (now < 0 || most <= 0 || now * 100 < most * 95) return Optional.empty();
    return found(0.9, "packets of new connections are dropped", now + " of " + most + " entries");
  }

  private static long number(Evidence e, String name) {
    String text = e.host().settings().getOrDefault(name, "");
    return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : -1;
  }
}
