package atoll.linux.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Stream sockets in the file system whose descriptor itself matters, since a child shall inherit
/// it.
///
/// A child that inherits a socket which listens already can be connected to before it runs: nothing
/// waits for a file to appear. For conversations of this process there is java.nio. Sources:
/// unix(7), socket(2), bind(2), listen(2).
public final class UnixSocket {
  private static final int AF_UNIX = 1;
  private static final int SOCK_STREAM = 1;
  private static final int SOCK_CLOEXEC = 0x80000;

  /// Offset and size of `sun_path` in `struct sockaddr_un`, unix(7).
  private static final int PATH_OFFSET = 2;

  private static final int PATH_SIZE = 108;

  private UnixSocket() {}

  private static final class Socket {
    static final MethodHandle HANDLE =
        Kernel.link(
            "socket", FunctionDescriptor.of(Kernel.INT, Kernel.INT, Kernel.INT, Kernel.INT));
  }

  private static final class Bind {
    static final MethodHandle HANDLE = Kernel.link("bind", addressCall());
  }

  private static final class Connect {
    static final MethodHandle HANDLE = Kernel.link("connect", addressCall());
  }

  private static final class Listen {
    static final MethodHandle HANDLE =
        Kernel.link("listen", FunctionDescriptor.of(Kernel.INT, Kernel.INT, Kernel.INT));
  }

  private static FunctionDescriptor addressCall() {
    return FunctionDescriptor.of(Kernel.INT, Kernel.INT, ValueLayout.ADDRESS, Kernel.INT);
  }

  /// A socket that listens at a path where nothing is yet. Close-on-exec; the file stays when it is
  /// closed.
  public static Fd listen(Path path, int backlog) throws KernelException {
    Fd socket = withAddress("bind " + path, path, Bind.HANDLE);
    try {
      // SAFETY: takes no memory. See listen(2).
      Kernel.call(
          "listen " + path,
          errno -> (int) Listen.HANDLE.invokeExact(errno, socket.number(), backlog));
      return socket;
    } catch (KernelException e) {
      socket.close();
      throw e;
    }
  }

  /// A socket connected to the one that listens at this path. Close-on-exec.
  public static Fd connect(Path path) throws KernelException {
    return withAddress("connect " + path, path, Connect.HANDLE);
  }

  private static Fd withAddress(String what, Path path, MethodHandle call) throws KernelException {
    try (var arena = Arena.ofConfined()) {
      MemorySegment address = address(arena, path);
      // SAFETY: takes no memory. See socket(2).
      var socket =
          new Fd(
              (int)
                  Kernel.call(
                      "socket",
                      errno ->
                          (int)
                              Socket.HANDLE.invokeExact(
                                  errno, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)));
      try {
        // SAFETY: address is a whole sockaddr_un, alive until the arena closes. See bind(2),
        // connect(2).
        Kernel.call(
            what,
            errno ->
                (int) call.invokeExact(errno, socket.number(), address, (int) address.byteSize()));
        return socket;
      } catch (KernelException e) {
        socket.close();
        throw e;
      }
    }
  }

  private static MemorySegment address(Arena arena, Path path) throws KernelException {
    byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
    if (name.length >= PATH_SIZE) throw new KernelException("socket " + path, Errno.ENAMETOOLONG);
    MemorySegment address = arena.allocate(PATH_OFFSET + PATH_SIZE, 2);
    address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
    MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, PATH_OFFSET, name.length);
    return address;
  }
}
