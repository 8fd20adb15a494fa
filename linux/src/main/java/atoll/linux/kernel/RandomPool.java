package atoll.linux.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/// The kernel's random generator. Source: random(4); needs CAP_SYS_ADMIN.
public final class RandomPool {
  private static final long RNDADDENTROPY = 0x40085203L;
  private static final long RNDRESEEDCRNG = 0x5207L;
  private static final int MOST = 512;

  private static final class Native {
    static final MethodHandle IOCTL =
        Kernel.linkVariadic(
            "ioctl",
            FunctionDescriptor.of(Kernel.INT, Kernel.INT, Kernel.LONG, ValueLayout.ADDRESS),
            2);
  }

  private RandomPool() {}

  /// Mixes these bytes in, credits them in full, and makes the generator take a new seed at once.
  public static void reseed(byte[] fresh) throws KernelException {
    int size = Math.min(fresh.length, MOST);
    try (var arena = Arena.ofConfined();
        Fd random = FdIo.open(Path.of("/dev/urandom"), FdIo.O_RDWR)) {
      int fd = random.number();
      MemorySegment info = arena.allocate(8L + MOST, 4);
      info.set(ValueLayout.JAVA_INT, 0, size * 8);
      info.set(ValueLayout.JAVA_INT, 4, size);
      MemorySegment.copy(fresh, 0, info, ValueLayout.JAVA_BYTE, 8, size);
      // SAFETY: info is a rand_pool_info: entropy in bits, bytes that follow, the bytes. See
      // random(4).
      Kernel.call(
          "RNDADDENTROPY", errno -> (int) Native.IOCTL.invokeExact(errno, fd, RNDADDENTROPY, info));
      Kernel.call(
          "RNDRESEEDCRNG",
          errno -> (int) Native.IOCTL.invokeExact(errno, fd, RNDRESEEDCRNG, MemorySegment.NULL));
      info.fill((byte) 0);
    }
  }
}
