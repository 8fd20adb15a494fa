package atoll.linux.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/// Opens, reads and writes by descriptor, for files whose descriptor itself matters: devices,
/// namespaces, eventfds.
///
/// Ordinary files belong to java.nio. Calls may block; run them on platform threads where they can.
/// Sources: open(2), read(2), write(2), eventfd(2).
public final class FdIo {
  public static final int O_RDONLY = 0;
  public static final int O_RDWR = 2;
  public static final int O_NOCTTY = 0x100;
  public static final int O_NONBLOCK = 0x800;

  /// Fails with `ELOOP` on a symbolic link.
  public static final int O_NOFOLLOW =
      "aarch64".equals(System.getProperty("os.arch")) ? 0x8000 : 0x20000;

  private static final int O_CLOEXEC = 0x80000;
  private static final int EFD_CLOEXEC = 0x80000;

  private FdIo() {}

  private static final class Open {
    static final MethodHandle HANDLE =
        Kernel.linkVariadic(
            "open", FunctionDescriptor.of(Kernel.INT, ValueLayout.ADDRESS, Kernel.INT), 2);
  }

  private static final class Read {
    static final MethodHandle HANDLE =
        Kernel.link(
            "read",
            FunctionDescriptor.of(Kernel.LONG, Kernel.INT, ValueLayout.ADDRESS, Kernel.LONG));
  }

  private static final class Write {
    static final MethodHandle HANDLE =
        Kernel.link(
            "write",
            FunctionDescriptor.of(Kernel.LONG, Kernel.INT, ValueLayout.ADDRESS, Kernel.LONG));
  }

  private static final class Eventfd {
    static final MethodHandle HANDLE =
        Kernel.link("eventfd", FunctionDescriptor.of(Kernel.INT, Kernel.INT, Kernel.INT));
  }

  /// Opens an existing file, always close-on-exec.
  public static Fd open(Path path, int flags) throws KernelException {
    try (var arena = Arena.ofConfined()) {
      MemorySegment name = Kernel.cString(arena, path.toString());
      // SAFETY: name is NUL-terminated and alive until the arena closes; no O_CREAT, so no mode is
      // read. See open(2).
      return new Fd(
          (int)
              Kernel.callRetrying(
                  "open " + path,
                  errno -> (int) Open.HANDLE.invokeExact(errno, name, flags | O_CLOEXEC)));
    }
  }

  /// Reads at most `into.length` bytes; 0 at the end.
  public static int read(Fd fd, byte[] into) throws KernelException {
    try (var arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(Math.max(1, into.length));
      // SAFETY: buffer has at least into.length bytes and outlives the call. See read(2).
      int n =
          (int)
              Kernel.callRetrying(
                  "read",
                  errno ->
                      (long)
                          Read.HANDLE.invokeExact(errno, fd.number(), buffer, (long) into.length));
      MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, into, 0, n);
      return n;
    }
  }

  /// Writes once; returns how many bytes the kernel took.
  public static int write(Fd fd, byte[] from) throws KernelException {
    try (var arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocateFrom(ValueLayout.JAVA_BYTE, from);
      // SAFETY: buffer holds from.length bytes and outlives the call. See write(2).
      return (int)
          Kernel.callRetrying(
              "write",
              errno ->
                  (long) Write.HANDLE.invokeExact(errno, fd.number(), buffer, (long) from.length));
    }
  }

  /// An event counter: writing 8 bytes with a count above zero makes it readable.
  public static Fd eventfd() throws KernelException {
    // SAFETY: takes no memory. See eventfd(2).
    return new Fd(
        (int)
            Kernel.call(
                "eventfd", errno -> (int) Eventfd.HANDLE.invokeExact(errno, 0, EFD_CLOEXEC)));
  }
}
