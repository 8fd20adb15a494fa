package atoll.node.shared;

import atoll.core.Refusal;
import atoll.linux.net.Mac;
import atoll.linux.net.NamespaceDialer;
import atoll.node.egress.HostNetwork;
import atoll.node.ledger.HostObject;
import atoll.node.ledger.Ledger;
import atoll.node.sandbox.Seat;
import atoll.node.sandbox.Seats;
import atoll.protocol.network.AddressRange;
import atoll.protocol.network.NetworkName;
import atoll.protocol.node.SharedNetworkInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/// The networks that sandboxes of this node share: a bridge for each, whose address never changes
/// and which the host is part of.
///
/// Networks stay until they are removed, over restarts of node and host; their bridges are on the
/// host while the node is, and longer where sandboxes are left to the next one.
///
/// - **Threads** safe anywhere; what changes networks or takes seats waits for each other, some
///   tens of milliseconds.
/// - **Owner** the node. [#close()] takes all bridges away, [#leave()] leaves them.
/// - **Fails** to offer a network that the host does not carry: reason `network_unavailable`.
public final class SharedNetworks implements Seats, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(SharedNetworks.class.getName());
  private static final int MOST_NETWORKS = 64;
  private static final int USUAL_SUBNETS = 64;

  private final NetworkBook book;
  private final int mark;
  private final Ledger ledger;
  private final HostNetwork host;
  private final NamespaceDialer dialer;
  private final Bridges bridges;
  private final Objections objections;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<NetworkName, Open> networks = new LinkedHashMap<>(); // LOCK: lock

  /// One network as it is now.
  private static final class Open {
    final SharedNetwork network;
    final BitSet taken = new BitSet();
    final Set<Taken> seats = new HashSet<>();
    Ledger.Entry entry; // null while there is no bridge
    int cursor;
    String lack = "";
    String remedy = "";

    Open(SharedNetwork network) {
      this.network = network;
      this.cursor = network.firstSeat();
    }
  }

  private SharedNetworks(Path home, Ledger ledger, HostNetwork host, NamespaceDialer dialer) {
    this.mark = mark(home);
    this.book = new NetworkBook(home, mark);
    this.ledger = ledger;
    this.host = host;
    this.dialer = dialer;
    this.bridges = new Bridges(host);
    this.objections = new Objections(host);
  }

  /// 24 bits that tell bridges of this home from those of others.
  public static int mark(Path home) {
    int hash = home.toString().hashCode();
    return (hash ^ hash >>> 24) & 0xff_ffff;
  }

  /// Takes over what an earlier process left and makes what is missing. A network that the host
  /// does not carry any more is kept, and says why.
  public static SharedNetworks open(
      Path home, Ledger ledger, HostNetwork host, NamespaceDialer dialer) throws IOException {
    var all = new SharedNetworks(home, ledger, host, dialer);
    for (SharedNetwork network : all.book.read()) all.reopen(new Open(network));
    all.forgetOthers();
    return all;
  }

  /// Takes a link away if it has this very MAC; false if there is none.
  public static boolean removeLink(HostNetwork host, String link, String mac) throws IOException {
    return new Bridges(host).remove(link, Mac.parse(mac));
  }

  public static boolean hasLink(HostNetwork host, String link, String mac) throws IOException {
    return new Bridges(host).has(link, Mac.parse(mac));
  }

  /// The bridges on the host that bear this mark.
  public static List<HostObject.Bridge> bridges(HostNetwork host, int mark) throws IOException {
    return new Bridges(host)
        .of(mark).stream().map(l -> new HostObject.Bridge(l.name(), l.mac().toString())).toList();
  }

  private void reopen(Open open) {
    networks.put(open.network.name(), open);
    open.entry = earlier(open.network).orElse(null);
    try {
      carry(open);
    } catch (Refusal e) {
      LOG.log(System.Logger.Level.WARNING, "{0}; remedy: {1}", e.getMessage(), e.hint());
    }
  }

  private Optional<Ledger.Entry> earlier(SharedNetwork network) {
    return ledger.left().stream().filter(e -> e.object().equals(bridge(network))).findFirst();
  }

  /// Bridges in the ledger that are no network's: the process died while it made or removed them.
  private void forgetOthers() {
    for (Ledger.Entry left : ledger.left()) {
      if (!(left.object() instanceof HostObject.Bridge(String link, String mac))) continue;
      if (networks.values().stream().anyMatch(o -> left.equals(o.entry))) continue;
      try {
        bridges.remove(link, Mac.parse(mac));
        ledger.close(left);
      } catch (IOException e) {
        LOG.log(System.Logger.Level.WARNING, "an earlier bridge is left: " + link, e);
      }
    }
  }

  private static HostObject.Bridge bridge(SharedNetwork network) {
    return new HostObject.Bridge(network.bridge(), network.mac().toString());
  }

  /// Makes a network and proves that the host carries it.
  ///
  /// @param subnet a CIDR, or null for the first of 192.168.100.0/24 and those after it that the
  ///   host does not use
  /// @throws Refusal.Conflict if there is one of this name
  /// @throws Refusal.Unavailable if the host does not carry it; nothing is left of it
  public SharedNetworkInfo create(NetworkName name, String subnet) {
    AddressRange asked = subnet == null ? null : SharedNetwork.subnet(subnet);
    lock.lock();
    try {
      if (networks.containsKey(name))
        throw new Refusal.Conflict("network_exists", "network " + name + " exists already");
      if (networks.size() >= MOST_NETWORKS)
        throw new Refusal.TooMany(
            "too_many_networks", "a node has at most " + MOST_NETWORKS + " shared networks");
      var open = new Open(fresh(name, asked));
      carry(open);
      networks.put(name, open);
      try {
        write();
      } catch (RuntimeException e) {
        networks.remove(name);
        drop(open);
        throw e;
      }
      return info(open);
    } finally {
      lock.unlock();
    }
  }

  /// With the lowest number whose bridge's name is free on this host.
  private SharedNetwork fresh(NetworkName name, AddressRange asked) {
    try {
      for (int index = 0; index <= SharedNetwork.MOST_INDEX; index++) {
        String link = SharedNetwork.BRIDGE_PREFIX + index;
        int candidate = index;
        boolean used =
            networks.values().stream().anyMatch(o -> o.network.index() == candidate)
                || host.links(n -> n.link(link)).isPresent();
        if (!used) return new SharedNetwork(name, asked == null ? usual() : asked, index, mark);
      }
    } catch (IOException e) {
      throw unavailable(name, "the host's links cannot be read: " + e.getMessage(), null, e);
    }
    throw unavailable(name, "all numbers of bridges are taken on this host", null, null);
  }

  private AddressRange usual() throws IOException {
    AddressRange first = AddressRange.parse("192.168.100.0/24");
    for (int i = 0; i < USUAL_SUBNETS; i++) {
      var next = new AddressRange(first.first() + 256L * i, first.length());
      if (twin(next, null).isEmpty() && objections.overlap(next, "").isEmpty()) return next;
    }
    return first; // and the refusal says what it overlaps
  }

  private Optional<SharedNetwork> twin(AddressRange subnet, NetworkName self) {
    return networks.values().stream()
        .map(o -> o.network)
        .filter(n -> !n.name().equals(self) && Objections.overlaps(n.subnet(), subnet))
        .findFirst();
  }

  /// Puts the bridge in place and tries it.
  private void carry(Open open) {
    SharedNetwork network = open.network;
    try {
      object(network);
      if (!bridges.has(network.bridge(), network.mac())) tryJoining(network);
      if (open.entry == null) open.entry = ledger.open(bridge(network));
      boolean made = bridges.ensure(network);
      if (made) for (Taken seat : open.seats) seat.rejoin();
      String filter = objections.bridgeFilter();
      if (made || !filter.isEmpty()) tryOut(open, filter, made);
      open.lack = "";
    } catch (IOException e) {
      String remedy = "atoll doctor --bridge " + network.bridge() + " --fix";
      throw failed(open, unavailable(network.name(), e.getMessage(), remedy, e));
    } catch (Refusal e) {
      throw failed(open, e);
    }
  }

  /// One that is there stays, since sandboxes may be in it.
  private Refusal failed(Open open, Refusal why) {
    open.lack = why.getMessage();
    open.remedy = why.hint();
    try {
      if (!bridges.has(open.network.bridge(), open.network.mac())) drop(open);
    } catch (IOException e) {
      why.addSuppressed(e);
    }
    return why;
  }

  private void object(SharedNetwork network) throws IOException {
    Optional<SharedNetwork> twin = twin(network.subnet(), network.name());
    Optional<String> used =
        twin.map(t -> "the host has another network there, " + t.bridge() + " with " + t.subnet())
            .or(() -> overlap(network));
    if (used.isPresent())
      throw unavailable(
          network.name(),
          used.get() + ", inside its " + network.subnet(),
          "choose another with --subnet, such as 192.168.140.0/24",
          null);
  }

  private void tryJoining(SharedNetwork network) throws IOException {
    Optional<String> lack = objections.joining(network);
    if (lack.isPresent())
      throw unavailable(
          network.name(),
          lack.get(),
          "apt-get install nftables, and modprobe nft_fwd_netdev where the kernel has it as a module",
          null);
  }

  private Optional<String> overlap(SharedNetwork network) {
    try {
      return objections.overlap(network.subnet(), network.bridge());
    } catch (IOException e) {
      return Optional.of("the host's routes cannot be read: " + e.getMessage());
    }
  }

  /// A bridge that was just made, and each time where rules for routed packets judge bridged ones
  /// too: then any program on the host can cut it at any moment.
  private void tryOut(Open open, String filter, boolean made) throws IOException {
    SharedNetwork network = open.network;
    Optional<String> blocked;
    try {
      blocked = Trial.of(bridges, host, network, dialer);
    } catch (IOException e) {
      if (made) drop(open);
      throw e;
    }
    if (blocked.isEmpty()) return;
    if (made) drop(open);
    throw blocked(network.name(), blocked.get(), filter);
  }

  private Refusal blocked(NetworkName name, String what, String filter) throws IOException {
    List<String> suspects = objections.suspects();
    String chains =
        suspects.isEmpty()
            ? "; a rule of the host drops it"
            : "; these chains drop what they do not know: " + String.join(", ", suspects);
    if (filter.isEmpty())
      return unavailable(
          name,
          what + chains,
          "let links named " + SharedNetwork.BRIDGE_PREFIX + "* pass there",
          null);
    return unavailable(
        name,
        what + "; " + filter + " is on, so rules for routed packets judge bridged ones" + chains,
        "sysctl -w " + filter + "=0",
        null);
  }

  private static Refusal unavailable(NetworkName name, String why, String hint, Throwable cause) {
    return new Refusal.Unavailable(
        "network_unavailable", "the host does not carry network " + name + ": " + why, hint, cause);
  }

  /// Takes the bridge away, if there is one.
  private void drop(Open open) {
    if (open.entry == null) return;
    try {
      bridges.remove(open.network.bridge(), open.network.mac());
      ledger.close(open.entry);
      open.entry = null;
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, open.network + " is left on the host", e);
    }
  }

  private void write() {
    try {
      book.write(networks.values().stream().map(o -> o.network).toList());
    } catch (IOException e) {
      throw new Refusal.Failed(
          "networks_unwritten",
          "the node's networks cannot be written: " + e.getMessage(),
          "look at the disk under the node's home",
          null,
          e);
    }
  }

  /// Of one owner, in the order of their names.
  public List<SharedNetworkInfo> of(String owner) {
    lock.lock();
    try {
      return networks.values().stream()
          .filter(o -> o.network.name().owner().equals(owner))
          .sorted(Comparator.comparing(o -> o.network.name().name()))
          .map(SharedNetworks::info)
          .toList();
    } finally {
      lock.unlock();
    }
  }

  private static SharedNetworkInfo info(Open open) {
    String lack =
        open.lack + (open.lack.isEmpty() || open.remedy == null ? "" : "; remedy: " + open.remedy);
    return new SharedNetworkInfo(
        open.network.name(),
        open.network.subnet().toString(),
        open.network.gateway().address().getHostAddress(),
        open.network.bridge(),
        open.taken.cardinality(),
        lack);
  }

  /// False if there was none.
  ///
  /// @throws Refusal.Conflict while a sandbox has a seat in it
  public boolean remove(NetworkName name) {
    lock.lock();
    try {
      Open open = networks.get(name);
      if (open == null) return false;
      if (!open.taken.isEmpty())
        throw new Refusal.Conflict(
            "network_in_use",
            "network " + name + " has " + open.taken.cardinality() + " sandboxes; end them first");
      networks.remove(name);
      try {
        write();
      } catch (RuntimeException e) {
        networks.put(name, open);
        throw e;
      }
      drop(open);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /// Numbers go round, so that an address is not soon another's.
  @Override
  public Seat take(NetworkName name) {
    lock.lock();
    try {
      Open open = networks.get(name);
      if (open == null)
        throw new Refusal.NotFound(
            "network_not_found",
            "there is no network " + name,
            "atoll network list shows them, atoll network create makes one");
      carry(open);
      int last = open.network.lastSeat();
      int number = open.taken.nextClearBit(open.cursor);
      if (number > last) number = open.taken.nextClearBit(open.network.firstSeat());
      if (number > last)
        throw new Refusal.Unavailable(
            "network_full",
            "all " + open.taken.cardinality() + " addresses of network " + name + " are in use",
            "end a sandbox, or make a network with a shorter prefix",
            null);
      open.taken.set(number);
      open.cursor = number == last ? open.network.firstSeat() : number + 1;
      return seat(open, number, null);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Seat adopt(HostObject.Port port) throws IOException {
    lock.lock();
    try {
      Open open = networks.get(port.network());
      if (open == null) throw new IOException("there is no network " + port.network());
      if (open.taken.get(port.seat()))
        throw new IOException(
            "seat " + port.seat() + " of network " + port.network() + " is taken");
      open.taken.set(port.seat());
      Taken seat = seat(open, port.seat(), port.link());
      if (open.lack.isEmpty() && seat.fault().isPresent()) seat.rejoin();
      return seat;
    } finally {
      lock.unlock();
    }
  }

  private Taken seat(Open open, int number, String port) {
    var seat = new Taken(open.network, number, port, bridges, host, this::free);
    open.seats.add(seat);
    return seat;
  }

  private void free(Taken seat) {
    lock.lock();
    try {
      Open open = networks.get(seat.of().name());
      if (open != null && open.seats.remove(seat)) open.taken.clear(seat.number());
    } finally {
      lock.unlock();
    }
  }

  /// Leaves bridges and entries to a later process.
  public void leave() {
    lock.lock();
    try {
      networks.clear();
    } finally {
      lock.unlock();
    }
  }

  /// Takes every bridge away; the networks are made again when the node is back.
  @Override
  public void close() {
    lock.lock();
    try {
      networks.values().forEach(this::drop);
      networks.clear();
    } finally {
      lock.unlock();
    }
  }
}
