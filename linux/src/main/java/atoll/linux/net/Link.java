package atoll.linux.net;

import java.nio.ByteBuffer;

/// One network interface as the kernel described it at one moment.
///
/// @param flags IFF_* bits of netdevice(7)
/// @param carrier for a tap: whether a process holds it. Meaningful only while [#up()]
/// @param carrierChanges how often it came or went since the interface was made
/// @param mac null for interfaces without one of six bytes
public record Link(
    int index,
    String name,
    int flags,
    boolean carrier,
    int carrierChanges,
    int mtu,
    Mac mac,
    Counters counters) {
  private static final int IFF_UP = 1;
  private static final int IFF_RUNNING = 0x40;

  /// Packets and bytes since the interface was made, from the host's side: received is what the
  /// guest sent.
  public record Counters(
      long rxPackets, long txPackets, long rxBytes, long txBytes, long rxDropped, long txDropped) {
    public static final Counters NONE = new Counters(0, 0, 0, 0, 0, 0);

    /// What came after `earlier`.
    public Counters since(Counters earlier) {
      return new Counters(
          rxPackets - earlier.rxPackets,
          txPackets - earlier.txPackets,
          rxBytes - earlier.rxBytes,
          txBytes - earlier.txBytes,
          rxDropped - earlier.rxDropped,
          txDropped - earlier.txDropped);
    }

    static Counters parse(ByteBuffer stats64) {
      return new Counters(
          stats64.getLong(0),
          stats64.getLong(8),
          stats64.getLong(16),
          stats64.getLong(24),
          stats64.getLong(48),
          stats64.getLong(56));
    }
  }

  /// Administratively up.
  public boolean up() {
    return (flags & IFF_UP) != 0;
  }

  /// Whether it sends what it is given. Follows carrier by some time, since the kernel acts on
  /// carrier in the background: until then all packets are dropped without a word.
  public boolean running() {
    return (flags & IFF_RUNNING) != 0;
  }

  /// Reads the body of an RTM_NEWLINK message: struct ifinfomsg and its attributes, rtnetlink(7).
  static Link parse(ByteBuffer body) {
    int index = body.getInt(4);
    int flags = body.getInt(8);
    var attributes = NetlinkAttributes.parse(body, Rtnetlink.IFINFOMSG_BYTES);
    return new Link(
        index,
        attributes.text(Rtnetlink.IFLA_IFNAME, ""),
        flags,
        attributes.octet(Rtnetlink.IFLA_CARRIER, 0) == 1,
        attributes.integer(Rtnetlink.IFLA_CARRIER_CHANGES, 0),
        attributes.integer(Rtnetlink.IFLA_MTU, 0),
        attributes
            .bytes(Rtnetlink.IFLA_ADDRESS)
            .filter(b -> b.length == 6)
            .map(Mac::of)
            .orElse(null),
        attributes.buffer(Rtnetlink.IFLA_STATS64).map(Counters::parse).orElse(Counters.NONE));
  }
}
