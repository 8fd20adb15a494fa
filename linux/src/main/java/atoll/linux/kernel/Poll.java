package atoll.linux.kernel;

import atoll.core.Deadline;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Waits until one of a few descriptors has something to say, or a deadline passes.
///
/// Blocks its thread inside the kernel: call it on a platform thread only. Source: poll(2).
public final class Poll {
  /// Readable, or for a pidfd: the process ended.
  public static final short IN = 1;

  /// An exceptional condition: a changed cgroup.events file.
  public static final short PRI = 2;

  private static final int POLLFD_BYTES = 8;

  private static final class Native {
    static final MethodHandle HANDLE =
        Kernel.link(
            "poll",
            FunctionDescriptor.of(Kernel.INT, ValueLayout.ADDRESS, Kernel.LONG, Kernel.INT));
  }

  private Poll() {}

  /// The index of the first descriptor with an event (or an error or hang-up), or -1 when the
  /// deadline passed.
  public static int await(Deadline deadline, short events, int... fds) throws KernelException {
    try (var arena = Arena.ofConfined()) {
      MemorySegment set = pollfds(arena, events, fds);
      while (true) {
        int millis = deadline.leftMillis();
        try {
          // SAFETY: set holds fds.length pollfd structs of 8 bytes and outlives the call. See
          // poll(2).
          long ready =
              Kernel.call(
                  "poll",
                  errno -> (int) Native.HANDLE.invokeExact(errno, set, (long) fds.length, millis));
          if (ready > 0) return firstReady(set, fds.length);
          if (deadline.expired()) return -1;
        } catch (KernelException e) {
          if (e.errno() != Errno.EINTR) throw e;
        }
      }
    }
  }

  private static MemorySegment pollfds(Arena arena, short events, int... fds) {
    MemorySegment set = arena.allocate((long) POLLFD_BYTES * fds.length, 4);
    for (int i = 0; i < fds.length; i++) {
      set.set(ValueLayout.JAVA_INT, (long) i * POLLFD_BYTES, fds[i]);
      set.set(ValueLayout.JAVA_SHORT, (long) i * POLLFD_BYTES + 4, events);
    }
    return set;
  }

  private static int firstReady(MemorySegment set, int count) {
    for (int i = 0; i < count; i++) {
      if (set.get(ValueLayout.JAVA_SHORT, (long) i * POLLFD_BYTES + 6) != 0) return i;
    }
    return -1;
  }
}
