package atoll.node.network;

import atoll.node.egress.RuleProof;
import atoll.node.egress.WayOut;
import atoll.node.egress.proxy.NameProxy;

/// What slots need to have a way out. The parts are their makers'.
///
/// @param proof shared by all slots whose usual policy is the same
public record Egress(WayOut wayOut, NameProxy.Opener proxies, RuleProof proof) {
  public Egress(WayOut wayOut, NameProxy.Opener proxies) {
    this(wayOut, proxies, new RuleProof());
  }
}
