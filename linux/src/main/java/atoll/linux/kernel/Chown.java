package atoll.linux.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/// Gives a file to a user and a group in one step: who watches the file sees one change, and nobody
/// sees half of it. Source: fchownat(2).
public final class Chown {
  private static final int AT_FDCWD = -100;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;

  private static final class Fchownat {
    static final MethodHandle HANDLE =
        Kernel.link(
            "fchownat",
            FunctionDescriptor.of(
                Kernel.INT, Kernel.INT, ValueLayout.ADDRESS, Kernel.INT, Kernel.INT, Kernel.INT));
  }

  private Chown() {}

  public static void give(Path file, int uid, int gid) throws KernelException {
    give(file, uid, gid, 0);
  }

  /// As [#give], of a link itself.
  public static void giveLink(Path file, int uid, int gid) throws KernelException {
    give(file, uid, gid, AT_SYMLINK_NOFOLLOW);
  }

  private static void give(Path file, int uid, int gid, int flags) throws KernelException {
    try (var arena = Arena.ofConfined()) {
      MemorySegment path = Kernel.cString(arena, file.toString());
      // SAFETY: one string, alive during the call.
      Kernel.call(
          "chown " + file,
          errno -> (int) Fchownat.HANDLE.invokeExact(errno, AT_FDCWD, path, uid, gid, flags));
    }
  }
}
