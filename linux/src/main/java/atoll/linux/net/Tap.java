package atoll.linux.net;

import atoll.linux.kernel.Errno;
import atoll.linux.kernel.Fd;
import atoll.linux.kernel.FdIo;
import atoll.linux.kernel.ForkWindow;
import atoll.linux.kernel.Kernel;
import atoll.linux.kernel.KernelException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// A persistent tap device: one guest's Ethernet cable, which stays when nobody holds it.
///
/// Carrier is 1 exactly while one process holds an attached descriptor. Single queue, offload
/// headers on, owned by root, so that an unprivileged VMM in the namespace holds only what it was
/// given.
///
/// - **Threads** [#create] and [#open] act on the calling thread's namespace: call them inside
///   [Netns#inside].
/// - **Fails** [KernelException]; `EBUSY` when another process holds the tap.
/// - **Sources** tun(4), `Documentation/networking/tuntap.rst`.
public final class Tap {
  /// IFNAMSIZ without its NUL.
  public static final int LONGEST_NAME = 15;

  private static final long TUNSETIFF = 0x400454caL;
  private static final long TUNSETPERSIST = 0x400454cbL;
  private static final long TUNSETOWNER = 0x400454ccL;
  private static final long TUNGETIFF = 0x800454d2L;
  private static final short IFF_TAP = 0x0002;
  private static final short IFF_NO_PI = 0x1000;
  private static final short IFF_VNET_HDR = 0x4000;
  private static final short IFF_PERSIST = 0x0800;
  private static final int IFREQ_BYTES = 40;
  private static final int IFREQ_FLAGS = 16;
  private static final Path TUN = Path.of("/dev/net/tun");

  private static final class Native {
    static final MethodHandle IOCTL_POINTER =
        Kernel.linkVariadic(
            "ioctl",
            FunctionDescriptor.of(Kernel.INT, Kernel.INT, Kernel.LONG, ValueLayout.ADDRESS),
            2);
    static final MethodHandle IOCTL_NUMBER =
        Kernel.linkVariadic(
            "ioctl", FunctionDescriptor.of(Kernel.INT, Kernel.INT, Kernel.LONG, Kernel.LONG), 2);
  }

  private Tap() {}

  /// Makes the tap; `EEXIST` would be silent reuse, so the caller is expected to be in a fresh
  /// namespace.
  public static void create(String name) throws IOException {
    ForkWindow.closed().lock(); // a child in the midst of its start would go on holding the tap
    try (Fd tun = openTun()) {
      setInterface(tun, name);
      number("keep tap " + name, tun, TUNSETPERSIST, 1);
      number("own tap " + name, tun, TUNSETOWNER, 0);
    } finally {
      ForkWindow.closed().unlock();
    }
  }

  /// Attaches to an existing tap, for a VMM to inherit. Never makes one: a missing tap fails.
  public static Fd open(String name) throws IOException {
    return attach(openTun(), name);
  }

  /// The interface that this descriptor is attached to; empty if that is gone.
  public static String name(Fd tap) throws KernelException {
    try (var arena = Arena.ofConfined()) {
      MemorySegment ifreq = arena.allocate(IFREQ_BYTES, 8);
      pointer("read tap name", tap, TUNGETIFF, ifreq);
      return ifreq.getString(0);
    }
  }

  /// Lets one more user than root attach to this tap by name, until another is named, and lets go
  /// of it: afterwards nobody of ours holds it, not even a child in the midst of its start.
  public static void handOver(Fd tap, int uid) throws KernelException {
    give(tap, uid);
    ForkWindow.closed().lock();
    try {
      tap.close();
    } finally {
      ForkWindow.closed().unlock();
    }
  }

  private static void give(Fd tap, int uid) throws KernelException {
    number("give tap to user " + uid, tap, TUNSETOWNER, uid);
  }

  /// Leaves it to root alone again. Nobody may hold it.
  public static void takeBack(String name) throws IOException {
    ForkWindow.closed().lock();
    try (Fd tap = open(name)) {
      give(tap, 0);
    } finally {
      ForkWindow.closed().unlock();
    }
  }

  /// Attaches an open `/dev/net/tun`, which remembers the namespace it was opened in; closes it on
  /// failure.
  static Fd attach(Fd tun, String name) throws IOException {
    try {
      setInterface(tun, name);
      if ((flags(tun) & IFF_PERSIST) == 0) {
        throw new TapMissingException(
            "tap " + name + " does not exist in this namespace; its slot was damaged, release it");
      }
      return tun;
    } catch (Throwable e) {
      tun.close();
      throw e;
    }
  }

  private static Fd openTun() throws KernelException {
    try {
      return FdIo.open(TUN, FdIo.O_RDWR | FdIo.O_NONBLOCK);
    } catch (KernelException e) {
      if (e.errno() != Errno.ENOENT && e.errno() != Errno.ENODEV) throw e;
      throw new KernelException("open " + TUN + ", which `modprobe tun` provides", e.errno());
    }
  }

  private static void setInterface(Fd tun, String name) throws KernelException {
    try (var arena = Arena.ofConfined()) {
      MemorySegment ifreq = ifreq(arena, name, (short) (IFF_TAP | IFF_NO_PI | IFF_VNET_HDR));
      pointer("attach tap " + name, tun, TUNSETIFF, ifreq);
    }
  }

  private static int flags(Fd tun) throws KernelException {
    try (var arena = Arena.ofConfined()) {
      MemorySegment ifreq = arena.allocate(IFREQ_BYTES, 8);
      pointer("read tap flags", tun, TUNGETIFF, ifreq);
      return ifreq.get(ValueLayout.JAVA_SHORT, IFREQ_FLAGS);
    }
  }

  static MemorySegment ifreq(Arena arena, String name, short flags) {
    byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
    if (bytes.length == 0 || bytes.length > LONGEST_NAME) {
      throw new IllegalArgumentException("an interface name has 1 to 15 bytes: " + name);
    }
    MemorySegment ifreq = arena.allocate(IFREQ_BYTES, 8);
    MemorySegment.copy(bytes, 0, ifreq, ValueLayout.JAVA_BYTE, 0, bytes.length);
    ifreq.set(ValueLayout.JAVA_SHORT, IFREQ_FLAGS, flags);
    return ifreq;
  }

  private static void pointer(String what, Fd tun, long request, MemorySegment ifreq)
      throws KernelException {
    // SAFETY: ifreq is a zeroed struct ifreq of 40 bytes that outlives the call; its name fits
    // IFNAMSIZ. See tun(4).
    Kernel.call(
        what, errno -> (int) Native.IOCTL_POINTER.invokeExact(errno, tun.number(), request, ifreq));
  }

  private static void number(String what, Fd tun, long request, long value) throws KernelException {
    // SAFETY: these requests take a number, not a pointer. See tun(4).
    Kernel.call(
        what, errno -> (int) Native.IOCTL_NUMBER.invokeExact(errno, tun.number(), request, value));
  }
}
