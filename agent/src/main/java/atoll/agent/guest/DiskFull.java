package atoll.agent.guest;

import atoll.linux.kernel.Errno;
import atoll.linux.kernel.KernelException;
import java.io.IOException;

/// Tells a full disk from other failures; the JDK has no exception of its own for it.
public final class DiskFull {
  private DiskFull() {}

  public static boolean is(IOException e) {
    if (e instanceof KernelException k)
      return k.errno() == Errno.ENOSPC || k.errno() == Errno.EDQUOT;
    String text = String.valueOf(e.getMessage());
    return text.contains("No space left on device") || text.contains("Disk quota exceeded");
  }
}
