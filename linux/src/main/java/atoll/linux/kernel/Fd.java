package atoll.linux.kernel;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.atomic.AtomicInteger;

/// One open file descriptor and its single owner.
///
/// Close-on-exec is the opener's duty. [#close()] may be repeated; [#release()] hands the number to
/// another owner.
public final class Fd implements AutoCloseable {
  private static final class Close {
    static final MethodHandle HANDLE =
        Kernel.link("close", FunctionDescriptor.of(Kernel.INT, Kernel.INT));
  }

  private final AtomicInteger number;

  public Fd(int number) {
    if (number < 0) throw new IllegalArgumentException("not a descriptor: " + number);
    this.number = new AtomicInteger(number);
  }

  /// The descriptor's number; fails once closed or released.
  public int number() {
    int n = number.get();
    if (n < 0) throw new IllegalStateException("the descriptor is closed");
    return n;
  }

  /// Gives up ownership without closing.
  public int release() {
    int n = number.getAndSet(-1);
    if (n < 0) throw new IllegalStateException("the descriptor is closed");
    return n;
  }

  @Override
  public void close() {
    int n = number.getAndSet(-1);
    if (n < 0) return;
    try {
      // SAFETY: takes no memory. See close(2): the number is gone even when the call reports an
      // error.
      Kernel.call("close " + n, errno -> (int) Close.HANDLE.invokeExact(errno, n));
    } catch (KernelException e) {
      System.getLogger(Fd.class.getName())
          .log(System.Logger.Level.WARNING, "closing a descriptor", e);
    }
  }
}
