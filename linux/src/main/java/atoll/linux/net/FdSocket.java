package atoll.linux.net;

import atoll.core.Connection;
import atoll.core.Deadline;
import atoll.linux.kernel.Errno;
import atoll.linux.kernel.Fd;
import atoll.linux.kernel.Kernel;
import atoll.linux.kernel.KernelException;
import atoll.linux.kernel.Poll;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.Inet4Address;
import java.net.SocketTimeoutException;

/// A blocking stream over a raw, non-blocking TCP descriptor, such as [NamespaceDialer#socket]
/// makes.
///
/// - **Owner** owns the descriptor. [#close()] waits for a call in progress, which its deadline
///   bounds.
/// - **Threads** one reader and one writer, on platform threads: waits happen in poll(2).
/// - **Fails** [SocketTimeoutException] at the deadline; [KernelException] with the errno of the
///   call.
/// - **Sources** connect(2), recv(2), send(2).
public final class FdSocket implements Connection {
  private static final short POLLOUT = 4;
  private static final int AF_INET = 2;
  private static final int SOL_SOCKET = 1;
  private static final int SO_ERROR = 4;
  private static final int SO_LINGER = 13;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int EINPROGRESS = 115;
  private static final int ENOTCONN = 107;
  private static final int SHUT_RDWR = 2;
  private static final int CHUNK = 32 * 1024;

  private static final class Native {
    static final MethodHandle CONNECT =
        Kernel.link(
            "connect",
            FunctionDescriptor.of(Kernel.INT, Kernel.INT, ValueLayout.ADDRESS, Kernel.INT));
    static final MethodHandle GETSOCKOPT =
        Kernel.link(
            "getsockopt",
            FunctionDescriptor.of(
                Kernel.INT,
                Kernel.INT,
                Kernel.INT,
                Kernel.INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS));
    static final MethodHandle RECV =
        Kernel.link(
            "recv",
            FunctionDescriptor.of(
                Kernel.LONG, Kernel.INT, ValueLayout.ADDRESS, Kernel.LONG, Kernel.INT));
    static final MethodHandle SHUTDOWN =
        Kernel.link("shutdown", FunctionDescriptor.of(Kernel.INT, Kernel.INT, Kernel.INT));
    static final MethodHandle SETSOCKOPT =
        Kernel.link(
            "setsockopt",
            FunctionDescriptor.of(
                Kernel.INT, Kernel.INT, Kernel.INT, Kernel.INT, ValueLayout.ADDRESS, Kernel.INT));
    static final MethodHandle SEND =
        Kernel.link(
            "send",
            FunctionDescriptor.of(
                Kernel.LONG, Kernel.INT, ValueLayout.ADDRESS, Kernel.LONG, Kernel.INT));
  }

  private final Fd fd;
  private volatile Deadline deadline;

  private FdSocket(Fd fd, Deadline deadline) {
    this.fd = fd;
    this.deadline = deadline;
  }

  /// Connects the descriptor and takes it over; a failure closes it.
  public static FdSocket connect(Fd fd, Inet4Address address, int port, Deadline deadline)
      throws IOException {
    var socket = new FdSocket(fd, deadline);
    try {
      socket.connect(address, port);
      return socket;
    } catch (IOException | RuntimeException e) {
      fd.close();
      throw e;
    }
  }

  private void connect(Inet4Address address, int port) throws IOException {
    String what = "connect to " + address.getHostAddress() + ":" + port;
    int number = fd.number();
    try (var arena = Arena.ofConfined()) {
      MemorySegment to = arena.allocate(16, 4);
      to.set(ValueLayout.JAVA_SHORT, 0, (short) AF_INET);
      to.set(ValueLayout.JAVA_BYTE, 2, (byte) (port >>> 8));
      to.set(ValueLayout.JAVA_BYTE, 3, (byte) port);
      MemorySegment.copy(address.getAddress(), 0, to, ValueLayout.JAVA_BYTE, 4, 4);
      try {
        // SAFETY: to is a sockaddr_in of 16 bytes, alive during the call. See connect(2), ip(7).
        Kernel.call(what, errno -> (int) Native.CONNECT.invokeExact(errno, number, to, 16));
      } catch (KernelException e) {
        if (e.errno() != EINPROGRESS) throw e;
        await(POLLOUT, what);
        int error = pendingError(arena);
        if (error != 0) throw new KernelException(what, error);
      }
    }
  }

  private int pendingError(Arena arena) throws KernelException {
    int number = fd.number();
    MemorySegment error = arena.allocate(4, 4);
    MemorySegment size = arena.allocate(4, 4);
    size.set(ValueLayout.JAVA_INT, 0, 4);
    // SAFETY: error and size are ints, alive during the call. See getsockopt(2), socket(7).
    Kernel.call(
        "getsockopt",
        errno ->
            (int) Native.GETSOCKOPT.invokeExact(errno, number, SOL_SOCKET, SO_ERROR, error, size));
    return error.get(ValueLayout.JAVA_INT, 0);
  }

  private void await(short events, String what) throws IOException {
    if (Poll.await(deadline, events, fd.number()) < 0) {
      throw new SocketTimeoutException(what + ": no answer before the deadline");
    }
  }

  @Override
  public void deadline(Deadline until) {
    deadline = until;
  }

  @Override
  public InputStream input() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        java.util.Objects.checkFromIndexSize(offset, length, into.length);
        return length == 0 ? 0 : receive(into, offset, Math.min(length, CHUNK));
      }
    };
  }

  private int receive(byte[] into, int offset, int most) throws IOException {
    try (var arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(most);
      while (true) {
        try {
          int number = fd.number();
          // SAFETY: buffer holds `most` bytes. See recv(2).
          int count =
              (int)
                  Kernel.callRetrying(
                      "recv",
                      errno ->
                          (long) Native.RECV.invokeExact(errno, number, buffer, (long) most, 0));
          if (count == 0) return -1;
          MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, into, offset, count);
          return count;
        } catch (KernelException e) {
          if (e.errno() != Errno.EAGAIN) throw e;
          await(Poll.IN, "read");
        }
      }
    }
  }

  @Override
  public OutputStream output() {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] from, int offset, int length) throws IOException {
        java.util.Objects.checkFromIndexSize(offset, length, from.length);
        for (int done = 0; done < length; ) {
          done += send(from, offset + done, Math.min(length - done, CHUNK));
        }
      }
    };
  }

  private int send(byte[] from, int offset, int count) throws IOException {
    try (var arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(count);
      MemorySegment.copy(from, offset, buffer, ValueLayout.JAVA_BYTE, 0, count);
      while (true) {
        try {
          int number = fd.number();
          // SAFETY: buffer holds count bytes. See send(2); MSG_NOSIGNAL: a closed peer is EPIPE.
          return (int)
              Kernel.callRetrying(
                  "send",
                  errno ->
                      (long)
                          Native.SEND.invokeExact(
                              errno, number, buffer, (long) count, MSG_NOSIGNAL));
        } catch (KernelException e) {
          if (e.errno() != Errno.EAGAIN) throw e;
          await(POLLOUT, "write");
        }
      }
    }
  }

  /// Ends both directions, so that a thread that waits in a read wakes up. From any thread, as long
  /// as nobody closes meanwhile.
  public void abort() throws KernelException {
    int number = fd.number();
    try {
      // SAFETY: takes no memory. See shutdown(2).
      Kernel.call("shutdown", errno -> (int) Native.SHUTDOWN.invokeExact(errno, number, SHUT_RDWR));
    } catch (KernelException e) {
      if (e.errno() != ENOTCONN) throw e;
    }
  }

  /// Closes so that no connection lingers in the kernel: what was not sent yet is lost. For a peer
  /// that is about to vanish, whose slot must be seen free of sockets at once.
  public void closeAbruptly() throws KernelException {
    try (var arena = Arena.ofConfined()) {
      MemorySegment linger = arena.allocate(8, 4);
      linger.set(ValueLayout.JAVA_INT, 0, 1);
      int number = fd.number();
      // SAFETY: linger is a struct linger of 8 bytes, alive during the call. See setsockopt(2),
      // socket(7).
      Kernel.call(
          "setsockopt SO_LINGER",
          errno ->
              (int) Native.SETSOCKOPT.invokeExact(errno, number, SOL_SOCKET, SO_LINGER, linger, 8));
    } finally {
      fd.close();
    }
  }

  @Override
  public void close() {
    fd.close();
  }
}
