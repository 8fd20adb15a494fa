package atoll.node.shared;

import atoll.linux.kernel.Fd;
import atoll.linux.kernel.Mount;
import atoll.linux.net.Cidr;
import atoll.linux.net.Mac;
import atoll.linux.net.NamespaceDialer;
import atoll.linux.net.Netlink;
import atoll.linux.net.Netns;
import atoll.node.egress.CableGuest;
import atoll.node.egress.HostNetwork;
import atoll.node.egress.Nft;
import atoll.node.host.LedgerSlotJournal;
import atoll.node.host.PooledSlots;
import atoll.node.ledger.Ledger;
import atoll.node.network.SlotPool;
import atoll.node.sandbox.NetworkSlot;
import atoll.node.sandbox.Seat;
import atoll.protocol.network.EgressPolicy;
import atoll.protocol.network.NetworkName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/// A host that is a namespace, with shared networks, real slots, and guests whose cards a thread
/// plays: all alike, as resumed ones are.
final class PlayedNetwork implements AutoCloseable {
  static final NetworkName DEV = new NetworkName("team", "dev");

  final Path home;
  final Ledger ledger;
  final NamespaceDialer dialer = new NamespaceDialer();
  final Netns hostNetns;
  final HostNetwork host;
  final SlotPool pool;
  final PooledSlots slots;
  SharedNetworks networks;
  private final Path anchors;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private int guests;

  PlayedNetwork(Path directory) throws IOException {
    this.home = Files.createDirectory(directory.resolve("home"));
    this.anchors = Files.createDirectory(directory.resolve("netns"));
    this.ledger = Ledger.open(home.resolve("journal"));
    this.hostNetns = Netns.create(Files.createFile(directory.resolve("host")));
    this.host = HostNetwork.in(hostNetns, dialer);
    this.pool = SlotPool.open(anchors, 2, 40, new LedgerSlotJournal(ledger), dialer);
    this.slots = new PooledSlots(pool);
    host.links(n -> {
      n.up(n.link("lo").orElseThrow().index());
      return null;
    });
    filterBridges("0");
    start();
  }

  /// Some kernels have br_netfilter built in, and on.
  void filterBridges(String on) throws IOException {
    host.set(Path.of("/proc/sys/net/bridge/bridge-nf-call-iptables"), on);
    host.set(Path.of("/proc/sys/net/bridge/bridge-nf-call-arptables"), "0");
  }

  /// As a node does when it starts, and when it starts again.
  void start() throws IOException {
    networks = SharedNetworks.open(home, ledger, host, dialer);
  }

  void rules(String script) throws IOException {
    new Nft(hostNetns.fd()).apply(script);
  }

  /// A sandbox as far as its network goes.
  final class Guest implements AutoCloseable {
    final NetworkSlot slot;
    final Seat seat;
    final CableGuest machine;
    private final Ledger.Entry entry;

    Guest() throws IOException {
      seat = networks.take(DEV);
      slot = slots.claim(EgressPolicy.CLOSED);
      entry = ledger.open(seat.port(slot));
      seat.plug(slot);
      Fd tap = slot.openTap();
      machine =
          new CableGuest(
              anchors.resolve("guest-" + guests++),
              tap,
              Cidr.parse("169.254.0.21/30"),
              null,
              Mac.parse(slot.guestMac()),
              dialer);
      open.push(this);
    }

    /// As the agent does it when it is told.
    Guest addressed() throws IOException {
      return addressed(seat.address());
    }

    Guest addressed(Cidr address) throws IOException {
      try (Netlink inside = dialer.netlink(machine.netns())) {
        inside.addAddress(inside.link("eth0").orElseThrow().index(), address);
      }
      return this;
    }

    String address() {
      return seat.address().address().getHostAddress();
    }

    @Override
    public void close() throws IOException {
      open.remove(this);
      seat.unplug();
      ledger.close(entry);
      machine.close();
      slot.release();
      seat.free();
    }
  }

  Guest guest() throws IOException {
    return new Guest().addressed();
  }

  void endGuests() throws Exception {
    while (!open.isEmpty()) open.peek().close();
  }

  @Override
  public void close() throws Exception {
    endGuests();
    networks.close();
    pool.close();
    Mount.detach(anchors);
    host.close();
    dialer.close();
    ledger.close();
    hostNetns.close();
    Netns.delete(hostNetns.anchor());
  }
}
