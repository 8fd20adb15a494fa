package atoll.node.gate;

import atoll.core.Deadline;
import java.io.IOException;

/// A network slot as far as the gate asks about it.
public interface GateSlot {
  String tapName();

  /// Inode of the slot's namespace.
  long inode();

  /// Whether the tap has carrier, read from the kernel now.
  boolean carrier() throws IOException;

  /// Waits for the kernel to tell that it has; false at the deadline.
  boolean awaitCarrier(Deadline deadline) throws IOException;
}
