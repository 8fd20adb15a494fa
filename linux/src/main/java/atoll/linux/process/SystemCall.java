package atoll.linux.process;

import atoll.linux.kernel.Kernel;
import atoll.linux.kernel.KernelException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// System calls by number, for those whose C wrapper acts on the whole process or does not exist
/// everywhere.
///
/// The kernel keeps credentials per thread; the C library's setuid family spreads them to all
/// threads. See syscall(2), nptl(7). Numbers for x86-64 and arm64.
final class SystemCall {
  private static final boolean ARM = "aarch64".equals(System.getProperty("os.arch"));
  private static final long SETGROUPS = ARM ? 159 : 116;
  private static final long SETRESGID = ARM ? 149 : 119;
  private static final long SETRESUID = ARM ? 147 : 117;
  private static final long IOPRIO_SET = ARM ? 30 : 251;
  private static final long IOPRIO_GET = ARM ? 31 : 252;
  private static final long PRLIMIT = ARM ? 261 : 302;
  private static final long GETPRIORITY = ARM ? 141 : 140;
  private static final long PIDFD_SEND_SIGNAL = 424;
  private static final long PIDFD_OPEN = 434;

  private static final class Three {
    static final MethodHandle HANDLE =
        Kernel.linkVariadic(
            "syscall",
            FunctionDescriptor.of(
                Kernel.LONG, Kernel.LONG, Kernel.LONG, Kernel.LONG, Kernel.LONG, Kernel.LONG),
            1);
  }

  private static final class Pointer {
    static final MethodHandle HANDLE =
        Kernel.linkVariadic(
            "syscall",
            FunctionDescriptor.of(Kernel.LONG, Kernel.LONG, Kernel.LONG, ValueLayout.ADDRESS),
            1);
  }

  private SystemCall() {}

  private static long call(String what, long number, long a, long b, long c, long d)
      throws KernelException {
    // SAFETY: every number used here takes integers only in these places; NULL pointers are passed
    // as 0.
    return Kernel.call(what, errno -> (long) Three.HANDLE.invokeExact(errno, number, a, b, c, d));
  }

  /// The calling thread alone gets these ids; see setresuid(2). `saved` is the saved user id.
  static void userIds(int uid, int saved) throws KernelException {
    call("setresuid", SETRESUID, uid, uid, saved, 0);
  }

  static void groupIds(int gid, int saved) throws KernelException {
    call("setresgid", SETRESGID, gid, gid, saved, 0);
  }

  /// The calling thread's supplementary groups, setgroups(2); `list` holds `count` ints.
  static void groups(int count, MemorySegment list) throws KernelException {
    // SAFETY: list holds count 32-bit group ids and outlives the call.
    Kernel.call(
        "setgroups",
        errno -> (long) Pointer.HANDLE.invokeExact(errno, SETGROUPS, (long) count, list));
  }

  /// The calling thread's I/O priority, ioprio_set(2).
  static void ioPriority(int clazz, int level) throws KernelException {
    call("ioprio_set", IOPRIO_SET, 1, 0, ((long) clazz << 13) | level, 0);
  }

  static int ioPriority() throws KernelException {
    return (int) call("ioprio_get", IOPRIO_GET, 1, 0, 0, 0);
  }

  /// 20 minus the calling thread's nice value, as the raw getpriority(2) tells it.
  static int niceness() throws KernelException {
    return (int) call("getpriority", GETPRIORITY, 0, 0, 0, 0);
  }

  /// Soft and hard limit of another process, prlimit(2).
  static void limit(int pid, int resource, long most) throws KernelException {
    try (var arena = Arena.ofConfined()) {
      MemorySegment both = arena.allocateFrom(ValueLayout.JAVA_LONG, most, most);
      // SAFETY: both is a struct rlimit64 of two 64-bit numbers and outlives the call; the old
      // limits are not asked for.
      call("prlimit " + pid, PRLIMIT, pid, resource, both.address(), 0);
    }
  }

  /// A close-on-exec descriptor of a process, pidfd_open(2).
  static int pidfd(int pid) throws KernelException {
    return (int) call("pidfd_open " + pid, PIDFD_OPEN, pid, 0, 0, 0);
  }

  static void signal(int pidfd, int signal) throws KernelException {
    call("pidfd_send_signal " + signal, PIDFD_SEND_SIGNAL, pidfd, signal, 0, 0);
  }
}
