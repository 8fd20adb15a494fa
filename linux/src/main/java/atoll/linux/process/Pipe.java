package atoll.linux.process;

import atoll.linux.kernel.Fd;
import atoll.linux.kernel.Kernel;
import atoll.linux.kernel.KernelException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// A pipe, both ends close-on-exec, pipe2(2). Closing it closes the ends that were not released.
///
/// @param source the end to read from
/// @param sink the end to write to
public record Pipe(Fd source, Fd sink) implements AutoCloseable {
  private static final int O_CLOEXEC = 0x80000;

  private static final class Pipe2 {
    static final MethodHandle HANDLE =
        Kernel.link("pipe2", FunctionDescriptor.of(Kernel.INT, ValueLayout.ADDRESS, Kernel.INT));
  }

  public static Pipe open() throws KernelException {
    try (var arena = Arena.ofConfined()) {
      MemorySegment pair = arena.allocate(8, 4);
      // SAFETY: pair holds two ints. See pipe2(2).
      Kernel.call("pipe2", errno -> (int) Pipe2.HANDLE.invokeExact(errno, pair, O_CLOEXEC));
      return new Pipe(
          new Fd(pair.get(ValueLayout.JAVA_INT, 0)), new Fd(pair.get(ValueLayout.JAVA_INT, 4)));
    }
  }

  @Override
  public void close() {
    source.close();
    sink.close();
  }
}
