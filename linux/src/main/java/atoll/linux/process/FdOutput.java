package atoll.linux.process;

import atoll.linux.kernel.Fd;
import atoll.linux.kernel.Kernel;
import atoll.linux.kernel.KernelException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Objects;

/// Writes a pipe or a pty master, blocking a platform thread until all bytes are taken. Owns the
/// descriptor.
public final class FdOutput extends OutputStream {
  private static final int CHUNK = 32 * 1024;

  private static final class Write {
    static final MethodHandle HANDLE =
        Kernel.link(
            "write",
            FunctionDescriptor.of(Kernel.LONG, Kernel.INT, ValueLayout.ADDRESS, Kernel.LONG));
  }

  private final Fd fd;

  public FdOutput(Fd fd) {
    this.fd = fd;
  }

  @Override
  public void write(int b) throws KernelException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws KernelException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    try (var arena = Arena.ofConfined()) {
      MemorySegment chunk = arena.allocate(Math.min(Math.max(length, 1), CHUNK));
      for (int done = 0; done < length; ) {
        int count = Math.min(length - done, CHUNK);
        MemorySegment.copy(bytes, offset + done, chunk, ValueLayout.JAVA_BYTE, 0, count);
        done += write(chunk, count);
      }
    }
  }

  private int write(MemorySegment chunk, int count) throws KernelException {
    int number = fd.number();
    // SAFETY: chunk holds count bytes. See write(2); SIGPIPE is handled by the JVM, so a closed
    // pipe is EPIPE.
    return (int)
        Kernel.callRetrying(
            "write", errno -> (long) Write.HANDLE.invokeExact(errno, number, chunk, (long) count));
  }

  @Override
  public void close() {
    fd.close();
  }
}
