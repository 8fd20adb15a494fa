package atoll.linux.net;

import atoll.linux.kernel.Fd;
import atoll.linux.kernel.Kernel;
import atoll.linux.kernel.KernelException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Makes sockets in the calling thread's namespace, always close-on-exec. Sources: socket(2),
/// netlink(7).
final class Sockets {
  private static final int AF_INET = 2;
  private static final int AF_NETLINK = 16;
  private static final int NETLINK_ROUTE = 0;
  private static final int NETLINK_NETFILTER = 12;
  private static final int SOCK_STREAM = 1;
  private static final int SOCK_RAW = 3;
  private static final int SOCK_NONBLOCK = 0x800;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int SOCKADDR_NL_BYTES = 12;
  private static final int AF_PACKET = 17;
  private static final int SOCKADDR_LL_BYTES = 20;
  private static final short ETH_P_ALL_BIG_ENDIAN = 0x0300;

  private static final class Native {
    static final MethodHandle SOCKET =
        Kernel.link(
            "socket", FunctionDescriptor.of(Kernel.INT, Kernel.INT, Kernel.INT, Kernel.INT));
    static final MethodHandle BIND =
        Kernel.link(
            "bind", FunctionDescriptor.of(Kernel.INT, Kernel.INT, ValueLayout.ADDRESS, Kernel.INT));
  }

  private Sockets() {}

  /// TCP over IPv4, non-blocking, unconnected.
  static Fd tcp() throws KernelException {
    return socket("TCP socket", AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  }

  static Fd routeNetlink() throws KernelException {
    return socket("netlink socket", AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
  }

  static Fd netfilterNetlink() throws KernelException {
    return socket("netfilter socket", AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER);
  }

  /// Subscribes a netlink socket to multicast groups (a bit mask, RTMGRP_*).
  static void subscribe(Fd netlink, int groups) throws KernelException {
    try (var arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(SOCKADDR_NL_BYTES, 4);
      address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_NETLINK);
      address.set(ValueLayout.JAVA_INT, 8, groups);
      // SAFETY: address is a zeroed struct sockaddr_nl of 12 bytes, alive until the arena closes.
      // See netlink(7).
      Kernel.call(
          "subscribe to link events",
          errno ->
              (int) Native.BIND.invokeExact(errno, netlink.number(), address, SOCKADDR_NL_BYTES));
    }
  }

  /// Every frame of one link, in both directions, bound to it. Needs `CAP_NET_RAW`; packet(7).
  static Fd packet(int link) throws KernelException {
    Fd socket = socket("packet socket", AF_PACKET, SOCK_RAW, 0);
    try (var arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(SOCKADDR_LL_BYTES, 4);
      address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_PACKET);
      address.set(ValueLayout.JAVA_SHORT, 2, ETH_P_ALL_BIG_ENDIAN);
      address.set(ValueLayout.JAVA_INT, 4, link);
      // SAFETY: address is a zeroed struct sockaddr_ll of 20 bytes, alive until the arena closes.
      // See packet(7).
      Kernel.call(
          "listen to link " + link,
          errno ->
              (int) Native.BIND.invokeExact(errno, socket.number(), address, SOCKADDR_LL_BYTES));
      return socket;
    } catch (KernelException e) {
      socket.close();
      throw e;
    }
  }

  private static Fd socket(String what, int family, int type, int protocol) throws KernelException {
    // SAFETY: takes no memory. See socket(2).
    return new Fd(
        (int)
            Kernel.call(
                what,
                errno ->
                    (int) Native.SOCKET.invokeExact(errno, family, type | SOCK_CLOEXEC, protocol)));
  }
}
