package atoll.linux.process;

import atoll.linux.kernel.Kernel;
import atoll.linux.kernel.KernelException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// The attributes of one spawn: default signal dispositions, nothing blocked, a session of its own
/// if asked for.
record SpawnAttributes(MemorySegment segment) implements AutoCloseable {
  private static final short SETSIGDEF = 0x04;
  private static final short SETSIGMASK = 0x08;
  private static final short SETSID = 0x80;

  /// glibc's type takes 336 bytes, musl's as many; the rest is reserve.
  private static final long ATTR_SIZE = 512;

  private static final long SIGSET_SIZE = 128;

  private static final FunctionDescriptor ONE =
      FunctionDescriptor.of(Kernel.INT, ValueLayout.ADDRESS);
  private static final FunctionDescriptor TWO =
      FunctionDescriptor.of(Kernel.INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS);

  private static final class Calls {
    static final MethodHandle INIT = Kernel.link("posix_spawnattr_init", ONE);
    static final MethodHandle DESTROY = Kernel.link("posix_spawnattr_destroy", ONE);
    static final MethodHandle SIGDEFAULT = Kernel.link("posix_spawnattr_setsigdefault", TWO);
    static final MethodHandle SIGMASK = Kernel.link("posix_spawnattr_setsigmask", TWO);
    static final MethodHandle FLAGS =
        Kernel.link(
            "posix_spawnattr_setflags",
            FunctionDescriptor.of(Kernel.INT, ValueLayout.ADDRESS, ValueLayout.JAVA_SHORT));
  }

  static SpawnAttributes of(boolean session, Arena arena) throws KernelException {
    MemorySegment attr = arena.allocate(ATTR_SIZE, 16);
    MemorySegment all = arena.allocate(SIGSET_SIZE, 8).fill((byte) 0xff);
    MemorySegment none = arena.allocate(SIGSET_SIZE, 8);
    short flags = (short) (SETSIGDEF | SETSIGMASK | (session ? SETSID : 0));
    // SAFETY: attr is larger than posix_spawnattr_t, the sets are sigset_t of 128 bytes; init comes
    // first. See
    // posix_spawnattr_init(3).
    Kernel.call("posix_spawnattr_init", errno -> (int) Calls.INIT.invokeExact(errno, attr));
    Kernel.call(
        "posix_spawnattr_setsigdefault",
        errno -> (int) Calls.SIGDEFAULT.invokeExact(errno, attr, all));
    Kernel.call(
        "posix_spawnattr_setsigmask", errno -> (int) Calls.SIGMASK.invokeExact(errno, attr, none));
    Kernel.call(
        "posix_spawnattr_setflags", errno -> (int) Calls.FLAGS.invokeExact(errno, attr, flags));
    return new SpawnAttributes(attr);
  }

  @Override
  public void close() throws KernelException {
    // SAFETY: initialised by of(), destroyed once.
    Kernel.call(
        "posix_spawnattr_destroy", errno -> (int) Calls.DESTROY.invokeExact(errno, segment));
  }
}
