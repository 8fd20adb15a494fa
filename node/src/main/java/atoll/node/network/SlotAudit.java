package atoll.node.network;

import atoll.core.Deadline;
import atoll.linux.net.Link;
import atoll.linux.net.LinkWatch;
import atoll.linux.net.NamespaceDialer;
import atoll.linux.net.Tap;
import atoll.node.egress.Nft;
import atoll.node.egress.RuleProof;
import atoll.node.egress.SlotEgress;
import atoll.protocol.network.EgressPolicy;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/// Decides whether a released slot may serve another sandbox.
///
/// One that is worn may not: it had a port in a shared network, its sandbox did not start or was
/// not well, or another process built it. Others may when its anchor still leads to its namespace,
/// the tap is whole, up and held by nobody, and no socket of the last user is left: a socket made
/// for one sandbox must never reach the next one. Its way out is then made anew, and must prove to
/// be: the kernel remembers no connection, and lists the same rules as for a slot that nobody had,
/// in all tables: somebody else's would cut the next sandbox off. Without a way out there are none.
/// Last, links, addresses, routes, neighbours, queues and routing rules must be those it was built
/// with.
final class SlotAudit {
  private static final System.Logger LOG = System.getLogger(SlotAudit.class.getName());

  /// A killed VMM lets go within milliseconds; one that still holds on keeps its slot.
  private static final Duration LET_GO = Duration.ofSeconds(2);

  private static final Path SOCKSTAT = Path.of("/proc/thread-self/net/sockstat");
  private static final List<Path> LEGACY =
      List.of(
          Path.of("/proc/thread-self/net/ip_tables_names"),
          Path.of("/proc/thread-self/net/ip6_tables_names"));
  private static final int DISCARD = 9; // RFC 863
  private static final String SOCKETS = "sockets: used ";

  private final NamespaceDialer dialer;
  private final EgressPolicy usual;
  private final RuleProof proof;

  /// @param proof null where slots have no way out
  SlotAudit(NamespaceDialer dialer, EgressPolicy usual, RuleProof proof) {
    this.dialer = dialer;
    this.usual = usual;
    this.proof = proof;
  }

  Optional<Link.Counters> pass(Slot slot) {
    if (slot.isWorn()) return Optional.empty();
    try {
      slot.egress().ifPresent(SlotEgress::endProxy);
      Link tap = tap(slot);
      String fault = fault(slot, tap);
      if (fault.isEmpty()) fault = filters(slot);
      if (fault.isEmpty() && slot.isLent()) takeBack(slot);
      if (fault.isEmpty()) fault = slot.change().orElse("");
      if (fault.isEmpty()) return Optional.of(tap.counters());
      LOG.log(Level.INFO, "{0} is not used again: {1}", slot, fault);
    } catch (IOException e) {
      LOG.log(Level.WARNING, slot + " is not used again: its audit failed", e);
    }
    return Optional.empty();
  }

  /// A slot without a way out has no packet filter of ours.
  private String filters(Slot slot) throws IOException {
    String obstacle = slot.netns().inside(SlotAudit::obstacle);
    if (!obstacle.isEmpty()) return obstacle;
    if (slot.egress().isPresent()) return renew(slot.egress().get());
    String rules = new Nft(slot.netns().fd()).ruleset();
    return rules.isBlank()
        ? ""
        : "somebody made rules in it: " + rules.lines().findFirst().orElse("");
  }

  /// Of those that nft(8) does not show; runs inside.
  private static String obstacle() throws IOException {
    String legacy = legacyTables();
    if (!legacy.isEmpty()) return "somebody made tables of iptables in it: " + legacy;
    String refusal = refusal();
    return refusal.isEmpty() ? "" : "its kernel sends the guest nothing: " + refusal;
  }

  private String renew(SlotEgress egress) throws IOException {
    egress.reset(usual, dialer);
    return egress.fault(proof);
  }

  /// Whether a packet would find its way to the guest; none is sent. Policies of IPsec, which are
  /// in no packet filter, have their say in it.
  private static String refusal() throws IOException {
    try (var probe = DatagramChannel.open(StandardProtocolFamily.INET)) {
      probe.connect(new InetSocketAddress(GuestNetwork.GUEST, DISCARD));
      return "";
    } catch (SocketException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /// Those of `iptables-legacy`, which nft(8) does not list; the files are there once its module
  /// is.
  private static String legacyTables() throws IOException {
    var tables = new StringJoiner(" ");
    for (Path file : LEGACY) {
      if (Files.exists(file)) Files.readAllLines(file).forEach(tables::add);
    }
    return tables.toString();
  }

  private Link tap(Slot slot) throws IOException {
    Link tap = slot.link();
    if (!tap.carrier()) return tap;
    try (LinkWatch watch = dialer.linkWatch(slot.netns())) {
      return watch.await(slot.tap(), l -> !l.carrier(), Deadline.after(LET_GO)).orElse(tap);
    }
  }

  private static void takeBack(Slot slot) throws IOException {
    slot.netns()
        .inside(() -> {
          Tap.takeBack(slot.tap());
          return null;
        });
  }

  private static String fault(Slot slot, Link tap) throws IOException {
    if (!slot.netns().isAnchored()) return "its anchor leads elsewhere";
    if (!tap.up()) return "its tap is down";
    if (tap.carrier()) return "a process holds its tap";
    if (!GuestNetwork.HOST_MAC.equals(tap.mac())) return "its tap has another MAC, " + tap.mac();
    int sockets = sockets(slot);
    int own = slot.ownSockets();
    if (sockets <= own) return "";
    return sockets - own + " sockets of its last user are open";
  }

  private static int sockets(Slot slot) throws IOException {
    return slot.netns().inside(() -> sockets(Files.readString(SOCKSTAT)));
  }

  /// The first line of sockstat counts every socket that programs made in the namespace.
  static int sockets(String sockstat) throws IOException {
    return sockstat
        .lines()
        .filter(line -> line.startsWith(SOCKETS))
        .map(line -> Integer.valueOf(line.substring(SOCKETS.length()).strip()))
        .findFirst()
        .orElseThrow(() -> new IOException("no count of sockets in " + SOCKSTAT));
  }
}
