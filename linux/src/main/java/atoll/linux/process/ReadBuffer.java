package atoll.linux.process;

import atoll.linux.kernel.Errno;
import atoll.linux.kernel.Kernel;
import atoll.linux.kernel.KernelException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Native memory that one thread reads pipes and terminals into, many times over.
///
/// Owned by the thread that made it.
public final class ReadBuffer implements AutoCloseable {
  private static final class Read {
    static final MethodHandle HANDLE =
        Kernel.link(
            "read",
            FunctionDescriptor.of(Kernel.LONG, Kernel.INT, ValueLayout.ADDRESS, Kernel.LONG));
  }

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment memory;

  public ReadBuffer(int capacity) {
    memory = arena.allocate(capacity);
  }

  /// Reads once, at most `limit` bytes; -1 at the end, which for a terminal is EIO.
  public int read(int fd, int limit) throws KernelException {
    long most = Math.min(limit, memory.byteSize());
    try {
      // SAFETY: memory holds at least `most` bytes and lives as long as this object. See read(2).
      long count =
          Kernel.callRetrying(
              "read", errno -> (long) Read.HANDLE.invokeExact(errno, fd, memory, most));
      return count == 0 ? -1 : (int) count;
    } catch (KernelException e) {
      if (e.errno() == Errno.EIO) return -1;
      throw e;
    }
  }

  /// Copies the first `count` bytes read.
  public void copyTo(byte[] into, int offset, int count) {
    MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, 0, into, offset, count);
  }

  @Override
  public void close() {
    arena.close();
  }
}
