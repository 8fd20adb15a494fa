package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// Raw frames are answered on the tap and a connection is not made: something between the two
/// refuses that no reader of this doctor knows.
final class NamespaceRefuses extends Failure {
  NamespaceRefuses() {
    super(
        "namespace.refuses",
        Layer.NAMESPACE,
        Severity.BREAKING,
        "connections fail or time out, while raw frames are answered",
        "the agent's port by raw frames against a connection through the namespace's own network",
        "inside the namespace: ip xfrm policy; iptables-legacy -S; bpftool net; then kill the"
            + " sandbox");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    return e.probed()
        .filter(p -> p.rawPort().equals("open") && !p.healthy())
        .filter(p -> !p.tcp().equals("connected") && !p.tcp().equals("refused"))
        .flatMap(p ->
            found(
                p.tcp().contains("not permitted") ? 0.85 : 0.55,
                "guest and cable are well, and no address, route, neighbour or nft rule explains"
                    + " it: an IPsec policy, old iptables or a BPF program may",
                "port by raw frames: open; by a connection: " + p.tcp()));
  }
}
