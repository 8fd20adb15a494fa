package atoll.linux.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/// Named pipes: what a program writes into one is read by another, and lost when nobody does.
///
/// Sources: mkfifo(3), fifo(7).
public final class Fifo {
  private static final class Mkfifo {
    static final MethodHandle HANDLE =
        Kernel.link("mkfifo", FunctionDescriptor.of(Kernel.INT, ValueLayout.ADDRESS, Kernel.INT));
  }

  private Fifo() {}

  /// Makes a pipe at a path where nothing is, for its owner alone, and opens it for reading and
  /// writing without ever waiting: so it never ends while it is open here. Close-on-exec.
  public static Fd create(Path path) throws KernelException {
    try (var arena = Arena.ofConfined()) {
      MemorySegment name = Kernel.cString(arena, path.toString());
      // SAFETY: name is NUL-terminated and alive until the arena closes. See mkfifo(3).
      Kernel.call("mkfifo " + path, errno -> (int) Mkfifo.HANDLE.invokeExact(errno, name, 0600));
    }
    return FdIo.open(path, FdIo.O_RDWR | FdIo.O_NONBLOCK);
  }
}
