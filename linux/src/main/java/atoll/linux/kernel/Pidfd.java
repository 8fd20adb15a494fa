package atoll.linux.kernel;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// A descriptor that names one process, safe against reuse of its number; readable once the process
/// has ended.
///
/// Sources: pidfd_open(2), pidfd_send_signal(2); through syscall(2), since glibc 2.36 alone has
/// wrappers.
public final class Pidfd {
  private static final long SYS_PIDFD_SEND_SIGNAL = 424;
  private static final long SYS_PIDFD_OPEN = 434;

  private static final class Native {
    static final MethodHandle OPEN =
        Kernel.linkVariadic(
            "syscall", FunctionDescriptor.of(Kernel.LONG, Kernel.LONG, Kernel.INT, Kernel.INT), 1);
    static final MethodHandle SIGNAL =
        Kernel.linkVariadic(
            "syscall",
            FunctionDescriptor.of(
                Kernel.LONG,
                Kernel.LONG,
                Kernel.INT,
                Kernel.INT,
                java.lang.foreign.ValueLayout.ADDRESS,
                Kernel.INT),
            1);
  }

  private Pidfd() {}

  /// Opens the process with this number; `ESRCH` when there is none.
  public static Fd open(int pid) throws KernelException {
    // SAFETY: takes no memory. See pidfd_open(2).
    return new Fd(
        (int)
            Kernel.call(
                "pidfd_open " + pid,
                errno -> (long) Native.OPEN.invokeExact(errno, SYS_PIDFD_OPEN, pid, 0)));
  }

  public static void signal(Fd pidfd, int signal) throws KernelException {
    // SAFETY: a null siginfo lets the kernel fill it in. See pidfd_send_signal(2).
    Kernel.call(
        "pidfd_send_signal " + signal,
        errno ->
            (long)
                Native.SIGNAL.invokeExact(
                    errno, SYS_PIDFD_SEND_SIGNAL, pidfd.number(), signal, MemorySegment.NULL, 0));
  }
}
