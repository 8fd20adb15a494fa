package atoll.linux.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Asks the kernel about many files in a row, in memory of its own: about twice as fast as the
/// JDK's view by name. Sources: statx(2), listxattr(2), `include/uapi/linux/stat.h`.
///
/// Owned by the thread that made it. Paths are UTF-8.
public final class FileProbe implements AutoCloseable {
  private static final int LONGEST_PATH = 4096;
  private static final int STATX_SIZE = 256;
  private static final int AT_FDCWD = -100;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int BASIC_STATS = 0x7ff;
  private static final int UID = 20;
  private static final int GID = 24;
  private static final int MODE = 28;
  private static final int SIZE = 40;
  private static final int MODIFIED = 112;
  private static final int MODIFIED_NANOS = 120;

  /// Longer lists of names are rare, and asked for another way.
  private static final int USUAL_NAMES = 4096;

  private static final class Statx {
    static final MethodHandle HANDLE =
        Kernel.link(
            "statx",
            FunctionDescriptor.of(
                Kernel.INT,
                Kernel.INT,
                ValueLayout.ADDRESS,
                Kernel.INT,
                Kernel.INT,
                ValueLayout.ADDRESS));
  }

  private static final class Names {
    static final MethodHandle HANDLE =
        Kernel.link(
            "listxattr",
            FunctionDescriptor.of(
                Kernel.LONG, ValueLayout.ADDRESS, ValueLayout.ADDRESS, Kernel.LONG));
  }

  /// @param mode with the file's type
  /// @param modifiedNanos after `modifiedSeconds`, 0 to 999,999,999
  public record Status(
      int mode, int uid, int gid, long size, long modifiedSeconds, int modifiedNanos) {}

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment path = arena.allocate(LONGEST_PATH + 1);
  private final MemorySegment result = arena.allocate(STATX_SIZE, 8);
  private final MemorySegment names = arena.allocate(USUAL_NAMES);

  /// Of a link itself, unless `follow`.
  public Status status(String file, boolean follow) throws KernelException {
    set(file);
    int flags = follow ? 0 : AT_SYMLINK_NOFOLLOW;
    // SAFETY: path is NUL-terminated, result has the size of struct statx, both live as long as
    // this.
    Kernel.call(
        "statx",
        errno -> (int) Statx.HANDLE.invokeExact(errno, AT_FDCWD, path, flags, BASIC_STATS, result));
    return new Status(
        result.get(ValueLayout.JAVA_SHORT, MODE) & 0xffff,
        result.get(ValueLayout.JAVA_INT, UID),
        result.get(ValueLayout.JAVA_INT, GID),
        result.get(ValueLayout.JAVA_LONG, SIZE),
        result.get(ValueLayout.JAVA_LONG, MODIFIED),
        result.get(ValueLayout.JAVA_INT, MODIFIED_NANOS));
  }

  private void set(String file) throws KernelException {
    if (file.indexOf('\0') >= 0)
      throw new IllegalArgumentException("NUL in a string for the kernel");
    byte[] bytes = file.getBytes(StandardCharsets.UTF_8);
    if (bytes.length >= LONGEST_PATH) throw new KernelException("statx", Errno.ENAMETOOLONG);
    MemorySegment.copy(bytes, 0, path, ValueLayout.JAVA_BYTE, 0, bytes.length);
    path.set(ValueLayout.JAVA_BYTE, bytes.length, (byte) 0);
  }

  /// The names of its extended attributes; links are followed. None where the file system keeps
  /// none.
  public List<String> attributes(String file) throws KernelException {
    set(file);
    try {
      // SAFETY: names holds USUAL_NAMES bytes; path as above.
      long length =
          Kernel.call(
              "listxattr",
              errno -> (long) Names.HANDLE.invokeExact(errno, path, names, (long) USUAL_NAMES));
      return length == 0
          ? List.of()
          : Xattr.split(names.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
    } catch (KernelException e) {
      if (e.errno() == Errno.EOPNOTSUPP) return List.of();
      if (e.errno() == Errno.ERANGE) return Xattr.names(file);
      throw e;
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
