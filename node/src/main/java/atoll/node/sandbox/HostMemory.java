package atoll.node.sandbox;

import java.io.IOException;

/// What the host says about its memory.
public interface HostMemory {
  /// `MemAvailable` of proc(5) meminfo, in bytes.
  long available() throws IOException;

  /// Private memory that a process has written to, in bytes; 0 if it is gone.
  long privateOf(long pid) throws IOException;
}
