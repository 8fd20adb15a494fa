package atoll.linux.kernel;

import atoll.core.Bytes;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/// What kind of file system a path lies on, and how full it is. Source: statfs(2), 64-bit layout.
///
/// @param type the magic number, such as [#NSFS]
/// @param available what an unprivileged user may still write
public record Statfs(
    long type, Bytes size, Bytes free, Bytes available, long inodes, long inodesFree) {
  /// A namespace file, as bind-mounted by ip-netns(8).
  public static final long NSFS = 0x6e736673L;

  public static final long TMPFS = 0x01021994L;
  private static final int STRUCT_BYTES = 120;

  private static final class Native {
    static final MethodHandle HANDLE =
        Kernel.link(
            "statfs", FunctionDescriptor.of(Kernel.INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
  }

  public static Statfs of(Path path) throws KernelException {
    try (var arena = Arena.ofConfined()) {
      MemorySegment name = Kernel.cString(arena, path.toString());
      MemorySegment into = arena.allocate(STRUCT_BYTES, 8);
      // SAFETY: struct statfs is 120 bytes on x86-64 and arm64; both segments outlive the call. See
      // statfs(2).
      Kernel.callRetrying(
          "statfs " + path, errno -> (int) Native.HANDLE.invokeExact(errno, name, into));
      long block = field(into, 1);
      return new Statfs(
          field(into, 0),
          new Bytes(block * field(into, 2)),
          new Bytes(block * field(into, 3)),
          new Bytes(block * field(into, 4)),
          field(into, 5),
          field(into, 6));
    }
  }

  private static long field(MemorySegment statfs, int index) {
    return statfs.get(ValueLayout.JAVA_LONG, 8L * index);
  }
}
