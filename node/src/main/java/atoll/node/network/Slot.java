package atoll.node.network;

import atoll.linux.net.Cidr;
import atoll.linux.net.Link;
import atoll.linux.net.LinkWatch;
import atoll.linux.net.NamespaceDialer;
import atoll.linux.net.Netlink;
import atoll.linux.net.Netns;
import atoll.linux.net.Survey;
import atoll.node.egress.SlotEgress;
import atoll.node.egress.WayOut;
import atoll.node.egress.proxy.NameProxy;
import java.io.IOException;
import java.net.Inet4Address;
import java.nio.file.Path;
import java.util.Optional;

/// The network of one sandbox: a namespace with one persistent tap in it, reachable from nowhere
/// else, and perhaps with a way out.
///
/// Its pool owns it; a sandbox has it by a [SlotLease]. Immutable, but for the kernel behind it.
public final class Slot {
  static final String PREFIX = "atoll-";

  /// The netlink socket below.
  static final int OWN_SOCKETS = 1;

  private final int index;
  private final Netns netns;

  /// Open for the slot's whole life: a closed netlink socket haunts the count of sockets for tens
  /// of milliseconds.
  private final Netlink netlink;

  private LinkWatch events; // null until somebody asks

  private final SlotEgress egress;
  private volatile boolean worn;
  private SlotShape born; // null for one that another process built

  /// A slot without a way out.
  Slot(int index, Netns netns, Netlink netlink) {
    this(index, netns, netlink, null, null);
  }

  /// @param wayOut null where the host offers none
  Slot(int index, Netns netns, Netlink netlink, WayOut wayOut, NameProxy.Opener proxies) {
    this.index = index;
    this.netns = netns;
    this.netlink = netlink;
    this.egress =
        wayOut == null
            ? null
            : new SlotEgress(wayOut, proxies, index, netns, netlink, this, GuestNetwork.GUEST);
  }

  /// Where a slot of this index is bound. At most 15 bytes of name, as for an interface.
  static Path anchor(Path directory, int index) {
    return directory.resolve(PREFIX + index);
  }

  /// Unique on this host while the slot exists.
  public int index() {
    return index;
  }

  /// Bound at `atoll-<index>`; its descriptor belongs to the slot.
  public Netns netns() {
    return netns;
  }

  /// Name of the tap inside.
  public String tap() {
    return GuestNetwork.TAP;
  }

  /// Address of the tap, the guest's gateway.
  public Cidr host() {
    return GuestNetwork.HOST;
  }

  /// Dialled only by sockets made inside.
  public Inet4Address guest() {
    return GuestNetwork.GUEST;
  }

  /// The tap as it is now.
  synchronized Link link() throws IOException {
    return netlink.link(tap()).orElseThrow(() -> new IOException(tap() + " is gone from " + netns));
  }

  /// How it looks now.
  synchronized SlotShape shape() throws IOException {
    return SlotShape.of(Survey.read(netlink));
  }

  /// Remembers how it looks unused, to be held against how it comes back; returns the slot itself.
  synchronized Slot born(SlotShape unused) {
    born = unused;
    return this;
  }

  /// Whether its tap is somebody's whose monitor attached to it by name.
  synchronized boolean isLent() throws IOException {
    return Survey.read(netlink)
        .port(tap())
        .filter(p -> p.tun() != null && p.tun().owner() != 0)
        .isPresent();
  }

  /// How it differs from what it was when it was built, or nothing.
  synchronized Optional<String> change() throws IOException {
    if (born == null) return Optional.of("nobody knows how it was built");
    return born.difference(shape());
  }

  /// The events of the slot's links, from the first call on; the slot's own, for its whole life.
  synchronized LinkWatch events(NamespaceDialer dialer) throws IOException {
    if (events == null) events = dialer.linkWatch(netns);
    return events;
  }

  /// Of the descriptors that the slot keeps open inside, as `/proc/net/sockstat` counts them.
  synchronized int ownSockets() {
    return events == null ? OWN_SOCKETS : OWN_SOCKETS + 1;
  }

  /// The way out, where the host offers one.
  Optional<SlotEgress> egress() {
    return Optional.ofNullable(egress);
  }

  /// It is not to be used again.
  void wear() {
    worn = true;
  }

  boolean isWorn() {
    return worn;
  }

  /// Gives up what this process has of it; the slot itself stays as it is.
  void letGo() {
    if (egress != null) egress.endProxy();
    synchronized (this) {
      if (events != null) events.close();
      netlink.close();
      netns.close();
    }
  }

  /// Takes the way out away and gives up the descriptors.
  void close() throws IOException {
    try {
      if (egress != null) egress.close();
    } finally {
      synchronized (this) {
        if (events != null) events.close();
        netlink.close();
        netns.close();
      }
    }
  }

  @Override
  public String toString() {
    return PREFIX + index;
  }
}
