package atoll.linux.process;

import atoll.linux.kernel.Errno;
import atoll.linux.kernel.Fd;
import atoll.linux.kernel.Kernel;
import atoll.linux.kernel.KernelException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Objects;

/// Reads a pipe or a pty master, blocking a platform thread. Owns the descriptor; one reader at a
/// time.
///
/// A pty whose slaves are all closed reads as the end (the kernel says EIO).
public final class FdInput extends InputStream {
  private static final int BUFFER = 32 * 1024;

  private static final class Read {
    static final MethodHandle HANDLE =
        Kernel.link(
            "read",
            FunctionDescriptor.of(Kernel.LONG, Kernel.INT, ValueLayout.ADDRESS, Kernel.LONG));
  }

  private final Fd fd;
  private final Arena arena = Arena.ofAuto();
  private final MemorySegment buffer = arena.allocate(BUFFER);

  public FdInput(Fd fd) {
    this.fd = fd;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (length == 0) return 0;
    long most = Math.min(length, BUFFER);
    int number = fd.number();
    try {
      // SAFETY: buffer holds BUFFER bytes, at least `most`. See read(2).
      int count =
          (int)
              Kernel.callRetrying(
                  "read", errno -> (long) Read.HANDLE.invokeExact(errno, number, buffer, most));
      if (count == 0) return -1;
      MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, into, offset, count);
      return count;
    } catch (KernelException e) {
      if (e.errno() == Errno.EIO) return -1;
      throw e;
    }
  }

  @Override
  public void close() {
    fd.close();
  }
}
