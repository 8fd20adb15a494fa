package atoll.linux.process;

import atoll.linux.kernel.Fd;
import atoll.linux.kernel.Kernel;
import atoll.linux.kernel.KernelException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// A pseudo terminal: we hold the master, a child gets the slave by name through [Spawn#terminal].
///
/// - **Owner** whoever opened it; [#close()] hangs the terminal up, its session gets SIGHUP.
/// - **Sources** pts(4), posix_openpt(3), ioctl_tty(2).
///
/// @param master close-on-exec
/// @param slave path of the slave device
public record Pty(Fd master, String slave) implements AutoCloseable {
  private static final int O_RDWR_NOCTTY_CLOEXEC = 2 | 0x100 | 0x80000;
  private static final long TIOCSWINSZ = 0x5414;
  private static final int F_DUPFD_CLOEXEC = 1030;
  private static final int NAME_SIZE = 64;

  private static final class Calls {
    static final MethodHandle OPEN =
        Kernel.link("posix_openpt", FunctionDescriptor.of(Kernel.INT, Kernel.INT));
    static final MethodHandle GRANT =
        Kernel.link("grantpt", FunctionDescriptor.of(Kernel.INT, Kernel.INT));
    static final MethodHandle UNLOCK =
        Kernel.link("unlockpt", FunctionDescriptor.of(Kernel.INT, Kernel.INT));
    static final MethodHandle NAME =
        Kernel.link(
            "ptsname_r",
            FunctionDescriptor.of(Kernel.INT, Kernel.INT, ValueLayout.ADDRESS, Kernel.LONG));
  }

  private static final class Duplicate {
    static final MethodHandle HANDLE =
        Kernel.linkVariadic(
            "fcntl", FunctionDescriptor.of(Kernel.INT, Kernel.INT, Kernel.INT, Kernel.INT), 2);
  }

  private static final class Ioctl {
    static final MethodHandle HANDLE =
        Kernel.linkVariadic(
            "ioctl",
            FunctionDescriptor.of(Kernel.INT, Kernel.INT, Kernel.LONG, ValueLayout.ADDRESS),
            2);
  }

  public static Pty open() throws KernelException {
    // SAFETY: takes no memory. See posix_openpt(3); glibc passes the flags to open(2).
    var master =
        new Fd(
            (int)
                Kernel.call(
                    "posix_openpt",
                    errno -> (int) Calls.OPEN.invokeExact(errno, O_RDWR_NOCTTY_CLOEXEC)));
    try (var arena = Arena.ofConfined()) {
      int fd = master.number();
      Kernel.call("grantpt", errno -> (int) Calls.GRANT.invokeExact(errno, fd));
      Kernel.call("unlockpt", errno -> (int) Calls.UNLOCK.invokeExact(errno, fd));
      MemorySegment name = arena.allocate(NAME_SIZE);
      // SAFETY: name holds NAME_SIZE bytes; the result is the error number. See ptsname(3).
      long error =
          Kernel.call(
              "ptsname", errno -> (int) Calls.NAME.invokeExact(errno, fd, name, (long) NAME_SIZE));
      if (error != 0) throw new KernelException("ptsname", (int) error);
      return new Pty(master, name.getString(0));
    } catch (KernelException e) {
      master.close();
      throw e;
    }
  }

  /// Tells the terminal its size in characters; its foreground job gets SIGWINCH if that changed.
  public void resize(int columns, int rows) throws KernelException {
    int fd = master.number();
    try (var arena = Arena.ofConfined()) {
      MemorySegment size = arena.allocate(8, 2);
      size.set(ValueLayout.JAVA_SHORT, 0, (short) rows);
      size.set(ValueLayout.JAVA_SHORT, 2, (short) columns);
      // SAFETY: size is a struct winsize of four shorts. See ioctl_tty(2).
      Kernel.call(
          "TIOCSWINSZ", errno -> (int) Ioctl.HANDLE.invokeExact(errno, fd, TIOCSWINSZ, size));
    }
  }

  /// A second descriptor of the master, for another owner.
  public Fd duplicate() throws KernelException {
    int fd = master.number();
    // SAFETY: takes no memory. See fcntl(2), F_DUPFD_CLOEXEC.
    return new Fd(
        (int)
            Kernel.call(
                "dup", errno -> (int) Duplicate.HANDLE.invokeExact(errno, fd, F_DUPFD_CLOEXEC, 3)));
  }

  @Override
  public void close() {
    master.close();
  }
}
