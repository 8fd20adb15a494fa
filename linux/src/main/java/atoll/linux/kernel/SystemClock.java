package atoll.linux.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.time.Instant;

/// The machine's wall clock. Source: clock_settime(2); needs CAP_SYS_TIME.
public final class SystemClock {
  private static final int CLOCK_REALTIME = 0;

  private static final class Native {
    static final MethodHandle HANDLE =
        Kernel.link(
            "clock_settime", FunctionDescriptor.of(Kernel.INT, Kernel.INT, ValueLayout.ADDRESS));
  }

  private SystemClock() {}

  /// Steps the clock; every process sees the jump.
  public static void step(Instant to) throws KernelException {
    try (var arena = Arena.ofConfined()) {
      MemorySegment time = arena.allocate(16, 8);
      time.set(ValueLayout.JAVA_LONG, 0, to.getEpochSecond());
      time.set(ValueLayout.JAVA_LONG, 8, to.getNano());
      // SAFETY: time is a timespec of two longs, alive during the call. See clock_settime(2).
      Kernel.call(
          "clock_settime", errno -> (int) Native.HANDLE.invokeExact(errno, CLOCK_REALTIME, time));
    }
  }
}
