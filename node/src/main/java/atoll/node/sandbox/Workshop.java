package atoll.node.sandbox;

import atoll.node.gate.GateLimits;
import atoll.node.gate.HostEvidence;
import atoll.node.ledger.Failpoint;
import atoll.node.ledger.Ledger;
import atoll.vmm.Vmm;
import java.io.IOException;
import java.nio.file.Path;

/// Everything that sandboxes are made with. One per node; a test puts fakes here.
///
/// @param home absolute; `sandboxes` in it exists
/// @param sharedGid group that may read templates
public record Workshop(
    Path home,
    Ledger ledger,
    Slots slots,
    Seats seats,
    Groups groups,
    Vmm vmm,
    HostEvidence evidence,
    GuestAgents agents,
    HostMemory memory,
    Owner owner,
    int sharedGid,
    GateLimits limits,
    Failpoint failpoint) {

  /// Gives a file or folder to an unprivileged user and the group of the same number.
  @FunctionalInterface
  public interface Owner {
    void give(Path path, int uid) throws IOException;
  }
}
