package atoll.linux.process;

import atoll.linux.kernel.Kernel;
import atoll.linux.kernel.KernelException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// A few descriptors that one platform thread waits on, again and again, without allocating.
/// Source: poll(2).
///
/// Owned by the thread that made it. Slots left out or set to -1 are ignored by the kernel.
public final class PollSet implements AutoCloseable {
  private static final short POLLIN = 1;
  private static final int SIZE = 8;

  private static final class Poll {
    static final MethodHandle HANDLE =
        Kernel.link(
            "poll",
            FunctionDescriptor.of(Kernel.INT, ValueLayout.ADDRESS, Kernel.LONG, Kernel.INT));
  }

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment set;
  private final long slots;

  public PollSet(int slots) {
    this.slots = slots;
    this.set = arena.allocate((long) SIZE * slots, 4);
    for (int i = 0; i < slots; i++) watch(i, -1);
  }

  /// Waits for this descriptor to become readable; -1 empties the slot.
  public void watch(int slot, int fd) {
    set.set(ValueLayout.JAVA_INT, (long) slot * SIZE, fd);
    set.set(ValueLayout.JAVA_SHORT, (long) slot * SIZE + 4, POLLIN);
  }

  /// False when `millis` passed and nothing happened; -1 waits for ever.
  public boolean await(int millis) throws KernelException {
    // SAFETY: set holds `slots` pollfd structs and lives as long as this object. See poll(2).
    return Kernel.callRetrying(
            "poll", errno -> (int) Poll.HANDLE.invokeExact(errno, set, slots, millis))
        > 0;
  }

  /// Whether the last wait found this slot readable, hung up or in error.
  public boolean ready(int slot) {
    return set.get(ValueLayout.JAVA_SHORT, (long) slot * SIZE + 6) != 0;
  }

  @Override
  public void close() {
    arena.close();
  }
}
