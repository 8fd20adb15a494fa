package atoll.node.egress;

import atoll.linux.kernel.Procfs;
import atoll.linux.net.Conntrack;
import atoll.linux.net.NamespaceDialer;
import atoll.linux.net.Netlink;
import atoll.linux.net.Netns;
import atoll.node.egress.proxy.NameProxy;
import atoll.protocol.network.EgressPolicy;
import java.io.IOException;
import java.net.Inet4Address;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/// One slot's way out: its cable, its rules and, if its policy has names, its proxy.
///
/// A closed policy means that there is no cable. Otherwise rules stand before the cable does, so no
/// packet ever passes unjudged.
///
/// - **Owner** the slot. [#close()] takes cable and proxy away; the rules go with the namespace.
/// - **Threads** safe anywhere; changes come one at a time, the last one asked for stays.
/// - **Fails** [IOException]; the policy before is then still in force, or nothing passes at all.
public final class SlotEgress implements AutoCloseable {
  static final String INNER = "eth0";
  private static final Path FORWARDING = Path.of("/proc/sys/net/ipv4/ip_forward");
  private static final String CONNECTIONS = "net/netfilter/nf_conntrack_count";

  private final WayOut wayOut;
  private final NameProxy.Opener proxies;
  private final int index;
  private final Netns netns;
  private final Netlink inside; // LOCK: its owner's, passed in
  private final Object linkLock;
  private final Inet4Address guest;
  private final Nft nft;

  private EgressPolicy policy = EgressPolicy.CLOSED; // LOCK: this
  private boolean connected; // LOCK: this
  private boolean ruled; // LOCK: this; a slot that never was open has no rules
  private NameProxy proxy; // LOCK: this

  /// @param inside the slot's own connection, used under `linkLock` alone
  public SlotEgress(
      WayOut wayOut,
      NameProxy.Opener proxies,
      int index,
      Netns netns,
      Netlink inside,
      Object linkLock,
      Inet4Address guest) {
    this.wayOut = wayOut;
    this.proxies = proxies;
    this.index = index;
    this.netns = netns;
    this.inside = inside;
    this.linkLock = linkLock;
    this.guest = guest;
    this.nft = new Nft(netns.fd());
  }

  /// What holds now.
  public synchronized EgressPolicy policy() {
    return policy;
  }

  /// The host's end of the cable, if there is one.
  public synchronized Optional<String> link() {
    return connected ? Optional.of(WayOut.link(index)) : Optional.empty();
  }

  /// Puts a policy in force, for established connections too.
  public synchronized void apply(EgressPolicy wanted) throws IOException {
    if (wanted.isClosed()) {
      shut();
      if (ruled) nft.apply(SlotRules.removing());
      ruled = false;
      return;
    }
    NameProxy before = proxy;
    NameProxy next = wanted.domains().isEmpty() ? null : before != null ? before : open(wanted);
    try {
      nft.apply(rules(wanted));
      ruled = true;
      if (!connected) connect();
    } catch (IOException | RuntimeException e) {
      if (next != null && next != before) next.close();
      throw e;
    }
    proxy = next;
    policy = wanted;
    if (next != null) next.judgeBy(wanted);
    if (before != null && next == null) before.close();
  }

  /// The first policy of a slot that nobody has used yet.
  public synchronized void begin(EgressPolicy usual, RuleProof proof) throws IOException {
    apply(usual);
    if (connected && !proof.isKnown()) proof.learn(nft.ruleset(), outside());
  }

  /// Puts the policy in force in a slot that an earlier process left.
  public synchronized void takeOver(EgressPolicy wanted) throws IOException {
    synchronized (linkLock) {
      connected = inside.link(INNER).isPresent();
    }
    ruled = connected;
    apply(wanted);
  }

  private NameProxy open(EgressPolicy wanted) throws IOException {
    return proxies.open(netns, wanted);
  }

  private String rules(EgressPolicy wanted) {
    return SlotRules.replacing(wanted, guest, wayOut.outside(index).address(), NameProxy.PORT);
  }

  private void connect() throws IOException {
    netns.inside(() -> Files.writeString(FORWARDING, "1", StandardOpenOption.WRITE));
    try {
      wayOut.connect(index, netns, INNER);
      synchronized (linkLock) {
        int link =
            inside.link(INNER).orElseThrow(() -> new IOException(INNER + " is gone")).index();
        inside.up(link);
        inside.addAddress(link, wayOut.outside(index));
        inside.addRoute(
            atoll.linux.net.Cidr.parse("0.0.0.0/0"), wayOut.hostEnd(index).address(), link);
      }
      connected = true;
    } catch (IOException | RuntimeException e) {
      wayOut.disconnect(index);
      throw e;
    }
  }

  private void shut() throws IOException {
    policy = EgressPolicy.CLOSED;
    if (connected) wayOut.disconnect(index);
    connected = false;
    if (proxy != null) proxy.close();
    proxy = null;
  }

  /// Ends what the node itself keeps open inside for this slot's user.
  public synchronized void endProxy() {
    if (proxy != null) proxy.close();
    proxy = null;
  }

  /// Makes the slot as it was before its user: no connection is remembered, no packet counted, the
  /// policy is `usual`.
  public synchronized void reset(EgressPolicy usual, NamespaceDialer dialer) throws IOException {
    endProxy();
    apply(usual);
    try (Conntrack conntrack = dialer.conntrack(netns)) {
      conntrack.flush();
    }
  }

  /// Why the slot is not as [#reset] should have left it; empty if it is.
  public synchronized String fault(RuleProof proof) throws IOException {
    String remembered = netns.inside(() -> connections());
    if (!remembered.equals("0")) return remembered + " connections of its last user are remembered";
    boolean there;
    synchronized (linkLock) {
      there = inside.link(INNER).isPresent();
    }
    if (there != connected) return connected ? "its cable is gone" : "it has a cable";
    if (!connected) return "";
    return proof.matches(nft.ruleset(), outside())
        ? ""
        : "its rules are not those of the usual policy";
  }

  private String outside() {
    return wayOut.outside(index).address().getHostAddress();
  }

  private static String connections() throws IOException {
    try {
      return Procfs.setting(CONNECTIONS);
    } catch (NoSuchFileException withoutTracking) {
      return "0";
    }
  }

  @Override
  public synchronized void close() throws IOException {
    shut();
  }
}
