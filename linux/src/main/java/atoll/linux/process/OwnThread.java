package atoll.linux.process;

import atoll.linux.kernel.Kernel;
import atoll.linux.kernel.KernelException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;

/// State that the kernel keeps for the calling thread alone and that its children inherit.
final class OwnThread {
  static final int CLONE_NEWNET = 0x40000000;
  static final int PR_SET_NO_NEW_PRIVS = 38;
  private static final int PRIO_PROCESS = 0;
  private static final int IOPRIO_BEST_EFFORT = 2;

  private static final class Setns {
    static final MethodHandle HANDLE =
        Kernel.link("setns", FunctionDescriptor.of(Kernel.INT, Kernel.INT, Kernel.INT));
  }

  private static final class Setpriority {
    static final MethodHandle HANDLE =
        Kernel.link(
            "setpriority", FunctionDescriptor.of(Kernel.INT, Kernel.INT, Kernel.INT, Kernel.INT));
  }

  private static final class Prctl {
    static final MethodHandle HANDLE =
        Kernel.linkVariadic(
            "prctl",
            FunctionDescriptor.of(
                Kernel.INT, Kernel.INT, Kernel.LONG, Kernel.LONG, Kernel.LONG, Kernel.LONG),
            1);
  }

  private OwnThread() {}

  static void enter(int netns) throws KernelException {
    // SAFETY: takes no memory. See setns(2): moves the calling thread only.
    Kernel.call("setns", errno -> (int) Setns.HANDLE.invokeExact(errno, netns, CLONE_NEWNET));
  }

  /// The calling thread and its children gain no rights from now on; there is no way back.
  static void noNewPrivileges() throws KernelException {
    // SAFETY: takes no memory. See prctl(2): the attribute is the calling thread's.
    Kernel.call(
        "prctl PR_SET_NO_NEW_PRIVS",
        errno -> (int) Prctl.HANDLE.invokeExact(errno, PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L));
  }

  /// Nice 0 and best-effort level 4 for the calling thread.
  static void plainPriority() throws KernelException {
    nice(0);
    SystemCall.ioPriority(IOPRIO_BEST_EFFORT, 4);
  }

  /// Back to what the program's first thread has; lowering a nice value needs CAP_SYS_NICE.
  static void ownPriority() throws KernelException {
    nice(OwnPriority.NICE);
    SystemCall.ioPriority(OwnPriority.IO >>> 13, OwnPriority.IO & 0x1fff);
  }

  private static void nice(int value) throws KernelException {
    // SAFETY: takes no memory. See setpriority(2): on Linux PRIO_PROCESS 0 is the calling thread.
    Kernel.call(
        "setpriority",
        errno -> (int) Setpriority.HANDLE.invokeExact(errno, PRIO_PROCESS, 0, value));
  }

  /// The priorities of the thread that asks first, before any was changed.
  private static final class OwnPriority {
    static final int NICE = readNice();
    static final int IO = readIo();

    private static int readNice() {
      try {
        // SAFETY: takes no memory. The raw call tells 20 minus the nice value, so never a negative
        // one.
        return 20 - SystemCall.niceness();
      } catch (KernelException e) {
        throw new IllegalStateException("reading our own priority", e);
      }
    }

    private static int readIo() {
      try {
        return SystemCall.ioPriority();
      } catch (KernelException e) {
        throw new IllegalStateException("reading our own I/O priority", e);
      }
    }
  }

  /// Remembers this program's priorities; to be called before [#plainPriority] on a thread that
  /// comes back.
  static boolean remember() {
    return OwnPriority.NICE != Integer.MIN_VALUE && OwnPriority.IO >= 0;
  }
}
