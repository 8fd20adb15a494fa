package atoll.linux.kernel;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;

/// The mode bits that new files of this program and its children do not get. Source: umask(2).
public final class Umask {
  private static final class Native {
    static final MethodHandle HANDLE =
        Kernel.link("umask", FunctionDescriptor.of(Kernel.INT, Kernel.INT));
  }

  private Umask() {}

  /// Sets it for the whole program and tells the former one.
  public static int set(int mask) throws KernelException {
    // SAFETY: takes no memory and cannot fail. See umask(2).
    return (int) Kernel.call("umask", errno -> (int) Native.HANDLE.invokeExact(errno, mask));
  }
}
