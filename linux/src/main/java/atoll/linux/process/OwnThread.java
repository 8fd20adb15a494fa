package atoll.linux.process;

import atoll.linux.kernel.Kernel;
import atoll.linux.kernel.KernelException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;

/// State that the kernel keeps for the calling thread alone and that its children inherit.
final class OwnThread {
  private static final int CLONE_NEWNET = 0x40000000;
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

  private OwnThread() {}

  static void enter(int netns) throws KernelException {
    // SAFETY: takes no memory. See setns(2): moves the calling thread only.
    Kernel.call("setns", errno -> (int) Setns.HANDLE.invokeExact(errno, netns, CLONE_NEWNET));
  }

  static void plainPriority() throws KernelException {
    // SAFETY: takes no memory. See setpriority(2): on Linux PRIO_PROCESS 0 is the calling thread.
    Kernel.call(
        "setpriority", errno -> (int) Setpriority.HANDLE.invokeExact(errno, PRIO_PROCESS, 0, 0));
    SystemCall.ioPriority(IOPRIO_BEST_EFFORT, 4);
  }
}
