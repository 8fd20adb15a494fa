package atoll.linux.kernel;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/// Stops all writing to a mounted file system, and lets it go on. Both may be repeated. Source:
/// ioctl_fsfreeze in the kernel's `fs/ioctl.c`, fsfreeze(8).
public final class FilesystemFreeze {
  private static final long FIFREEZE = 0xC0045877L;
  private static final long FITHAW = 0xC0045878L;

  private static final class Ioctl {
    static final MethodHandle HANDLE =
        Kernel.linkVariadic(
            "ioctl",
            FunctionDescriptor.of(Kernel.INT, Kernel.INT, Kernel.LONG, ValueLayout.ADDRESS),
            2);
  }

  private FilesystemFreeze() {}

  /// Blocks until what was being written is on the disk. One that is frozen already is fine.
  public static void freeze(Path mount) throws KernelException {
    call(mount, FIFREEZE, "FIFREEZE", Errno.EBUSY);
  }

  /// One that is not frozen is fine.
  public static void thaw(Path mount) throws KernelException {
    call(mount, FITHAW, "FITHAW", Errno.EINVAL);
  }

  private static void call(Path mount, long request, String what, int already)
      throws KernelException {
    try (Fd fd = FdIo.open(mount, FdIo.O_RDONLY)) {
      // SAFETY: neither request reads or writes through its argument.
      Kernel.call(
          what + " " + mount,
          errno -> (int) Ioctl.HANDLE.invokeExact(errno, fd.number(), request, MemorySegment.NULL));
    } catch (KernelException e) {
      if (e.errno() != already) throw e;
    }
  }
}
