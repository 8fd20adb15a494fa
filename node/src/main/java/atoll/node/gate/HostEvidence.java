package atoll.node.gate;

import java.io.IOException;
import java.util.List;

/// What the kernel shows of a process: the only thing the gate believes.
public interface HostEvidence {
  /// Inode of the network namespace that this process is in.
  long namespaceInode(long pid) throws IOException;

  /// Names of the taps that this process holds open, one for each descriptor; an empty name is a
  /// tap that is gone.
  List<String> tapsHeld(long pid) throws IOException;
}
