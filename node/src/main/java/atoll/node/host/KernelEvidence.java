package atoll.node.host;

import atoll.linux.kernel.Procfs;
import atoll.node.gate.HostEvidence;
import java.io.IOException;
import java.util.List;

/// The gate's evidence from proc(5).
public final class KernelEvidence implements HostEvidence {
  @Override
  public long namespaceInode(long pid) throws IOException {
    return Procfs.netnsInode(pid);
  }

  @Override
  public List<String> tapsHeld(long pid) throws IOException {
    return List.copyOf(Procfs.tunDescriptors(pid).values());
  }
}
