package atoll.node.egress;

import atoll.core.Refusal;
import atoll.linux.kernel.Errno;
import atoll.linux.kernel.KernelException;
import atoll.linux.net.Cidr;
import atoll.linux.net.Netlink;
import atoll.linux.net.Netns;
import atoll.protocol.network.AddressRange;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;

/// The host's part of sandboxes' way out: one table of rules and one blackhole route, however many
/// slots there are, and a cable for each slot that has one.
///
/// The blackhole keeps packets for a slot that is gone from following the host's default route.
///
/// - **Owner** the node; [#close()] takes table and route away. The host's network stays its
///   maker's. What a crash leaves is removed by [#sweep], under the names in the journal.
/// - **Threads** safe anywhere.
/// - **Fails** to open with [Refusal.Unavailable], reason `no_way_out`, where the host does not
///   forward, lacks `nft` or uses the range itself. Nothing of the host's settings is changed.
public final class WayOut implements AutoCloseable {
  static final String LINK_PREFIX = "atollv";

  private static final System.Logger LOG = System.getLogger(WayOut.class.getName());
  private static final Path FORWARDING = Path.of("/proc/sys/net/ipv4/ip_forward");
  private static final Path ROUTES = Path.of("/proc/thread-self/net/route");

  private final HostNetwork host;
  private final Names names;

  /// What stands on the host, by name.
  ///
  /// @param table differs between homes, so that each takes away its own alone
  /// @param metric of the blackhole route, different too
  public record Names(String table, SlotRange range, int metric) {
    private static final int LEAST_METRIC = 0x4154_0000;

    /// For a home, whose path decides.
    public static Names of(Path home, SlotRange range) {
      int mark = home.toString().hashCode();
      return new Names(
          "atoll_%08x".formatted(mark), range, LEAST_METRIC | (mark ^ mark >>> 16) & 0xffff);
    }
  }

  private WayOut(HostNetwork host, Names names) {
    this.host = host;
    this.names = names;
  }

  /// Checks the host, then puts table and route in place; both are journaled by the caller before.
  public static WayOut open(HostNetwork host, Names names) {
    try {
      check(host, names);
      return make(host, names);
    } catch (IOException e) {
      throw unavailable("the host's rules cannot be set: " + e.getMessage(), null, e);
    }
  }

  private static WayOut make(HostNetwork host, Names names) throws IOException {
    try {
      host.nft().apply(HostRules.replacing(names.table(), names.range().network()));
      host.links(netlink -> {
        addBlackhole(netlink, names);
        return null;
      });
      return new WayOut(host, names);
    } catch (IOException e) {
      var _ = sweep(host, names);
      throw e;
    }
  }

  private static void check(HostNetwork host, Names names) throws IOException {
    if (!host.setting(FORWARDING).equals("1")) {
      throw unavailable(
          "the host does not forward packets", "sysctl -w net.ipv4.ip_forward=1", null);
    }
    try {
      host.nft().apply("");
    } catch (KernelException e) {
      if (e.errno() != Errno.ENOENT) throw e;
      throw unavailable("the program nft is missing", "apt-get install nftables", e);
    }
    String own = overlap(host.setting(ROUTES), names.range().addresses());
    if (!own.isEmpty()) {
      throw unavailable(
          "the host has a route to " + own + ", inside the slots' " + names.range().network(),
          "choose another range with ATOLL_SLOT_RANGE, such as 10.214.0.0/16",
          null);
    }
    warnOfForeignDrops(host);
  }

  /// An accept of ours cannot undo another table's drop.
  private static void warnOfForeignDrops(HostNetwork host) throws IOException {
    for (String chain : ForeignRules.dropping(host.nft().chains(), "forward")) {
      LOG.log(
          Level.WARNING,
          "{0} drops what it does not know, perhaps also what sandboxes send; let {1}* pass there",
          chain,
          LINK_PREFIX);
    }
  }

  /// The first route of `/proc/net/route` that shares addresses with `range` and is not ours; empty
  /// if there is none. The default route is everybody's.
  static String overlap(String routes, AddressRange range) {
    for (String line : routes.lines().skip(1).toList()) {
      String[] fields = line.split("\\s+");
      if (fields.length < 8 || fields[0].startsWith(LINK_PREFIX) || fields[0].equals("*")) continue;
      long first = address(fields[1]);
      long mask = address(fields[7]);
      if (mask != 0 && first <= range.last() && (first | ~mask & 0xffff_ffffL) >= range.first())
        return AddressRange.dotted(first) + " on " + fields[0];
    }
    return "";
  }

  /// The kernel prints addresses as numbers in its own byte order.
  private static long address(String hex) {
    int bits = Integer.parseUnsignedInt(hex, 16);
    boolean little = java.nio.ByteOrder.nativeOrder() == java.nio.ByteOrder.LITTLE_ENDIAN;
    return Integer.toUnsignedLong(little ? Integer.reverseBytes(bits) : bits);
  }

  private static Refusal unavailable(String what, String hint, Throwable cause) {
    return new Refusal.Unavailable(
        "no_way_out", "sandboxes have no internet: " + what, hint, cause);
  }

  private static void addBlackhole(Netlink netlink, Names names) throws IOException {
    try {
      netlink.addBlackhole(names.range().network(), names.metric());
    } catch (KernelException e) {
      if (e.errno() != Errno.EEXIST) throw e; // of a run of ours that was killed
    }
  }

  /// Takes table and route away; false if there was nothing.
  public static boolean sweep(HostNetwork host, Names names) throws IOException {
    boolean hadRoute =
        host.links(netlink -> {
          try {
            netlink.deleteBlackhole(names.range().network(), names.metric());
            return true;
          } catch (KernelException e) {
            if (e.errno() != Errno.ESRCH) throw e;
            return false;
          }
        });
    host.nft().apply(HostRules.removing(names.table()));
    return hadRoute;
  }

  static String link(int index) {
    return LINK_PREFIX + index;
  }

  Cidr outside(int index) {
    return new Cidr(names.range().slot(index), 31);
  }

  Cidr hostEnd(int index) {
    return new Cidr(names.range().host(index), 31);
  }

  /// Makes the cable of a slot, its host's end up and addressed.
  void connect(int index, Netns slot, String inner) throws IOException {
    String name = link(index);
    host.links(netlink -> {
      try {
        netlink.createVeth(name, inner, slot);
      } catch (KernelException e) {
        if (e.errno() != Errno.EEXIST) throw e;
        netlink.delete(name); // of a namespace of this number that is still being taken down
        netlink.createVeth(name, inner, slot);
      }
      return null;
    });
    // No IPv6 address, so that the host never sends anything into the slot by itself.
    host.set(Path.of("/proc/sys/net/ipv6/conf/" + name + "/disable_ipv6"), "1");
    host.links(netlink -> {
      int link = netlink.link(name).orElseThrow(() -> new IOException(name + " is gone")).index();
      netlink.up(link);
      netlink.addAddress(link, hostEnd(index));
      return null;
    });
  }

  /// Takes the cable away, both ends. Absent counts as success.
  void disconnect(int index) throws IOException {
    host.links(netlink -> {
      try {
        netlink.delete(link(index));
      } catch (KernelException e) {
        if (e.errno() != Errno.ENODEV) throw e;
      }
      return null;
    });
  }

  @Override
  public void close() throws IOException {
    var _ = sweep(host, names);
  }
}
