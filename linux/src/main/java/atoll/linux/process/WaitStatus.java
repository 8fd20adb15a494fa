package atoll.linux.process;

import atoll.linux.kernel.Kernel;
import atoll.linux.kernel.KernelException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Collects an ended child by its pidfd, waitid(2).
final class WaitStatus {
  private static final int P_PIDFD = 3;
  private static final int WEXITED = 4;
  private static final int CLD_EXITED = 1;
  private static final int CLD_DUMPED = 3;
  private static final int CODE_AT = 8;
  private static final int STATUS_AT = 24;

  private static final class Waitid {
    static final MethodHandle HANDLE =
        Kernel.link(
            "waitid",
            FunctionDescriptor.of(
                Kernel.INT, Kernel.INT, Kernel.INT, ValueLayout.ADDRESS, Kernel.INT));
  }

  private WaitStatus() {}

  /// Blocks until the process has ended, then removes it from the kernel's table.
  static ExitStatus take(int pidfd) throws KernelException {
    try (var arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(128, 8);
      // SAFETY: info is a siginfo_t of 128 bytes, alive during the call. See waitid(2), P_PIDFD
      // since Linux 5.4.
      Kernel.callRetrying(
          "waitid", errno -> (int) Waitid.HANDLE.invokeExact(errno, P_PIDFD, pidfd, info, WEXITED));
      int status = info.get(ValueLayout.JAVA_INT, STATUS_AT);
      int code = info.get(ValueLayout.JAVA_INT, CODE_AT);
      if (code == CLD_EXITED) return new ExitStatus(status, 0);
      return new ExitStatus(-1, status, code == CLD_DUMPED);
    }
  }
}
