package atoll.node.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import atoll.core.Deadline;
import atoll.core.Refusal;
import atoll.linux.net.Cidr;
import atoll.linux.net.Link;
import atoll.linux.net.NamespaceDialer;
import atoll.linux.net.Netlink;
import atoll.linux.net.Netns;
import atoll.node.egress.CableGuest;
import atoll.node.egress.FakeInternet;
import atoll.node.egress.HostNetwork;
import atoll.node.egress.SlotRange;
import atoll.node.egress.WayOut;
import atoll.node.egress.proxy.ProxyLoop;
import atoll.protocol.network.AddressRange;
import atoll.protocol.network.DomainPattern;
import atoll.protocol.network.EgressPolicy;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Slots with a way out, between a played guest and a played internet. The last check of each test
/// is that nothing is left.
@Tag("real")
class EgressRealTest {
  private static final Map<String, String> NAMES =
      Map.of(
          "site.test", FakeInternet.SITE,
          "www.other.test", FakeInternet.OTHER,
          "inside.test", FakeInternet.PRIVATE);

  @TempDir Path directory;
  private final NamespaceDialer dialer = new NamespaceDialer();
  private FakeInternet internet;
  private HostNetwork host;
  private WayOut wayOut;
  private WayOut.Names names;
  private ProxyLoop proxies;
  private SlotPool pool;

  @BeforeEach
  void open() throws IOException {
    Assumptions.assumeTrue(
        Files.isWritable(Path.of("/dev/net/tun")) && "root".equals(System.getProperty("user.name")),
        "SKIPPED: needs root and /dev/net/tun");
    Assumptions.assumeTrue(
        Stream.of("/usr/sbin/nft", "/sbin/nft").anyMatch(p -> Files.isExecutable(Path.of(p))),
        "SKIPPED: needs nft, from the package nftables");
    internet = new FakeInternet(Files.createDirectory(directory.resolve("play")), dialer);
    host = internet.network();
    names = WayOut.Names.of(directory, SlotRange.USUAL);
    wayOut = WayOut.open(host, names);
    proxies = new ProxyLoop(dialer, EgressRealTest::resolve);
  }

  private static List<Inet4Address> resolve(String name) throws IOException {
    if (!NAMES.containsKey(name)) throw new IOException("no such name");
    return List.of(Inet4Address.ofLiteral(NAMES.get(name)));
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    if (internet == null) return;
    if (pool != null) pool.close();
    proxies.close();
    wayOut.close();
    assertThat(links()).containsExactlyInAnyOrder("lo", "uplink");
    String routes =
        internet.host.inside(() -> Files.readString(Path.of("/proc/thread-self/net/route")));
    assertThat(routes).doesNotContain("*");
    host.close();
    internet.close();
    dialer.close();
    Path slots = directory.resolve("slots");
    if (Files.readString(Path.of("/proc/self/mountinfo")).contains(" " + slots + " "))
      atoll.linux.kernel.Mount.detach(slots);
  }

  private List<String> links() throws IOException {
    try (Netlink netlink = dialer.netlink(internet.host)) {
      return netlink.links().stream().map(Link::name).toList();
    }
  }

  private SlotLease lease(EgressPolicy usual) throws IOException {
    if (pool == null)
      pool =
          SlotPool.open(
              directory.resolve("slots"),
              1,
              2,
              SlotJournal.NONE,
              dialer,
              new Egress(wayOut, proxies),
              usual);
    return pool.claim(Deadline.after(Duration.ofSeconds(10)));
  }

  private CableGuest guest(SlotLease lease) throws IOException {
    return new CableGuest(
        directory.resolve("guest-" + lease.slot().index() + "-" + System.nanoTime()),
        lease.openTap(),
        new Cidr(GuestNetwork.GUEST, 30),
        GuestNetwork.HOST.address(),
        GuestNetwork.GUEST_MAC,
        dialer);
  }

  private static EgressPolicy policy(String allow, String domains, String deny) {
    return new EgressPolicy(
        texts(allow).map(AddressRange::parse).toList(),
        texts(domains).map(DomainPattern::parse).toList(),
        texts(deny).map(AddressRange::parse).toList(),
        EgressPolicy.USUAL_RESOLVERS);
  }

  private static Stream<String> texts(String list) {
    return Stream.of(list.split(" ")).filter(s -> !s.isEmpty());
  }

  @Test
  void aGuestReachesTheInternetUnderTheHostsAddress() throws IOException {
    try (SlotLease lease = lease(EgressPolicy.OPEN);
        CableGuest guest = guest(lease);
        Socket socket = guest.connect(FakeInternet.SITE, 8080)) {
      assertThat(CableGuest.ask(socket, new byte[3]))
          .isEqualTo(FakeInternet.SITE + " " + FakeInternet.HOST + " 3");
      assertThat(guest.datagram(FakeInternet.RESOLVER, 9999)).isTrue();
      assertThat(lease.link()).contains("atollv" + lease.slot().index());
    }
  }

  @Test
  void noGuestReachesWhatIsPrivateOrTheHostOrAnotherSlot() throws IOException {
    try (SlotLease one = lease(EgressPolicy.OPEN);
        CableGuest guest = guest(one)) {
      one.apply(policy("0.0.0.0/0", "", ""));
      for (String address :
          List.of(
              FakeInternet.PRIVATE,
              "169.254.169.254",
              FakeInternet.HOST,
              "10.213.0.0",
              "10.213.0.2"))
        assertThatThrownBy(() -> guest.connect(address, 8080))
            .as(address)
            .isInstanceOf(IOException.class);
      for (int port : new int[] {3128, 22})
        assertThatThrownBy(() -> guest.connect("169.254.0.22", port))
            .isInstanceOf(IOException.class);
      try (Socket still = guest.connect(FakeInternet.SITE, 8080)) {
        assertThat(CableGuest.ask(still, new byte[1])).isNotEmpty();
      }
    }
  }

  @Test
  void nobodyReachesAGuestFromOutside() throws IOException {
    try (SlotLease lease = lease(EgressPolicy.OPEN);
        CableGuest guest = guest(lease)) {
      String slot = "10.213.0." + (2 * lease.slot().index() + 1);
      try (Netlink netlink = dialer.netlink(internet.remote)) {
        netlink.addRoute(
            Cidr.parse("10.213.0.0/16"),
            Inet4Address.ofLiteral(FakeInternet.HOST),
            netlink.link("up").orElseThrow().index());
      }
      assertThatThrownBy(() -> from(internet.remote, slot, 3128)).isInstanceOf(IOException.class);
      assertThat(guest.netns().isAnchored()).isTrue();
    }
  }

  private static Socket from(Netns netns, String address, int port) throws IOException {
    return netns.inside(() -> {
      var socket = new Socket();
      try {
        socket.connect(new InetSocketAddress(address, port), 500);
        return socket;
      } catch (IOException e) {
        socket.close();
        throw e;
      }
    });
  }

  @Test
  void aClosedSlotHasNoCable() throws IOException {
    try (SlotLease lease = lease(EgressPolicy.CLOSED);
        CableGuest guest = guest(lease)) {
      assertThat(lease.link()).isEmpty();
      assertThat(links()).doesNotContain("atollv" + lease.slot().index());
      assertThatThrownBy(() -> guest.connect(FakeInternet.SITE, 8080))
          .isInstanceOf(IOException.class);
      lease.apply(EgressPolicy.OPEN);
      try (Socket opened = guest.connect(FakeInternet.SITE, 8080)) {
        assertThat(CableGuest.ask(opened, new byte[2])).endsWith(" 2");
        lease.apply(EgressPolicy.CLOSED);
        assertThatThrownBy(() -> CableGuest.ask(opened, new byte[2]))
            .isInstanceOf(IOException.class);
      }
      assertThat(links()).doesNotContain("atollv" + lease.slot().index());
    }
  }

  @Test
  void aChangeCutsWhatIsDeniedAndLeavesTheRestAlone() throws IOException {
    try (SlotLease lease = lease(EgressPolicy.OPEN);
        CableGuest guest = guest(lease);
        Socket denied = guest.connect(FakeInternet.SITE, 8080);
        Socket kept = guest.connect(FakeInternet.NEAR, 8080)) {
      assertThat(CableGuest.ask(denied, new byte[1])).isNotEmpty();
      lease.apply(policy("", "", "203.0.113.0/24"));
      assertThatThrownBy(() -> CableGuest.ask(denied, new byte[1])).isInstanceOf(IOException.class);
      for (int i = 0; i < 20; i++) assertThat(CableGuest.ask(kept, new byte[5])).endsWith(" 5");
      assertThatThrownBy(() -> guest.connect(FakeInternet.OTHER, 8080))
          .isInstanceOf(IOException.class);
      lease.apply(policy("203.0.113.20", "", "0.0.0.0/0"));
      guest.connect(FakeInternet.OTHER, 8080).close();
      assertThatThrownBy(() -> CableGuest.ask(kept, new byte[1])).isInstanceOf(IOException.class);
      assertThat(guest.datagram(FakeInternet.RESOLVER, 53)).isFalse();
    }
  }

  private static byte[] request(String host) {
    return ("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void namesOpenTheWayForTheirHostsAlone() throws Exception {
    try (SlotLease lease = lease(EgressPolicy.OPEN);
        CableGuest guest = guest(lease)) {
      lease.apply(policy("", "site.test *.other.test inside.test", "0.0.0.0/0"));
      try (Socket web = guest.connect(FakeInternet.SITE, 80)) {
        byte[] request = request("site.test");
        assertThat(CableGuest.ask(web, request))
            .isEqualTo(FakeInternet.SITE + " " + FakeInternet.HOST + " " + request.length);
        assertThat(CableGuest.ask(web, new byte[7])).endsWith(" 7");
      }
      try (Socket tls = guest.connect(FakeInternet.SITE, 443)) {
        byte[] hello = ClientHello.of("www.other.test");
        assertThat(CableGuest.ask(tls, hello)).startsWith(FakeInternet.OTHER + " ");
      }
      refused(guest, 80, request("evil.test"));
      refused(guest, 80, request("inside.test"));
      refused(guest, 80, "SSH-2.0-x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      refused(guest, 443, ClientHello.of("evil.test"));
      refused(guest, 443, request("site.test"));
      assertThatThrownBy(() -> guest.connect(FakeInternet.SITE, 8080))
          .isInstanceOf(IOException.class);
      assertThat(guest.datagram(FakeInternet.RESOLVER, 53)).isTrue();
      assertThat(guest.datagram(FakeInternet.RESOLVER, 9999)).isFalse();
    }
  }

  private static void refused(CableGuest guest, int port, byte... words) throws IOException {
    try (Socket socket = guest.connect(FakeInternet.SITE, port)) {
      assertThatThrownBy(() -> CableGuest.ask(socket, words)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aNameThatIsTakenAwayCutsItsConnections() throws IOException {
    try (SlotLease lease = lease(EgressPolicy.OPEN);
        CableGuest guest = guest(lease)) {
      lease.apply(policy("", "site.test www.other.test", "0.0.0.0/0"));
      try (Socket gone = guest.connect(FakeInternet.SITE, 80);
          Socket kept = guest.connect(FakeInternet.OTHER, 80)) {
        CableGuest.ask(gone, request("site.test"));
        CableGuest.ask(kept, request("www.other.test"));
        lease.apply(policy("", "www.other.test", "0.0.0.0/0"));
        assertThatThrownBy(() -> CableGuest.ask(gone, new byte[1])).isInstanceOf(IOException.class);
        assertThat(CableGuest.ask(kept, new byte[9])).endsWith(" 9");
      }
    }
  }

  @Test
  void muchPassesByNameUnharmedBothWays() throws IOException {
    try (SlotLease lease = lease(EgressPolicy.OPEN);
        CableGuest guest = guest(lease)) {
      lease.apply(policy("", "site.test", "0.0.0.0/0"));
      try (Socket web = guest.connect(FakeInternet.SITE, 80)) {
        byte[] head = request("site.test");
        web.getOutputStream().write(head);
        for (int i = 0; i < 64; i++) web.getOutputStream().write(new byte[32 * 1024]);
        web.shutdownOutput();
        String all = new String(web.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        long counted =
            all.lines().mapToLong(l -> Long.parseLong(l.substring(l.lastIndexOf(' ') + 1))).sum();
        assertThat(counted).isEqualTo(head.length + 64L * 32 * 1024);
      }
    }
  }

  @Test
  void aReturnedSlotHasNothingOfItsUser() throws IOException {
    SlotLease first = lease(EgressPolicy.OPEN);
    Netns netns = first.slot().netns();
    try (CableGuest guest = guest(first)) {
      guest.connect(FakeInternet.SITE, 8080).close();
      first.apply(policy("203.0.113.20", "site.test", "0.0.0.0/0"));
      try (Socket web = guest.connect(FakeInternet.SITE, 80)) {
        CableGuest.ask(web, request("site.test"));
        first.apply(EgressPolicy.OPEN); // resets what went through the proxy
      }
      assertThat(connections(netns)).isNotEqualTo("0");
    }
    awaitNoStrangeSocket(netns);
    first.close();
    SlotLease other = lease(EgressPolicy.OPEN);
    try (SlotLease second = lease(EgressPolicy.OPEN)) {
      SlotLease reused = second.slot() == first.slot() ? second : other;
      assertThat(reused.slot()).isSameAs(first.slot());
      assertThat(reused.policy()).isEqualTo(EgressPolicy.OPEN);
      assertThat(connections(netns)).isEqualTo("0");
      try (CableGuest guest = guest(reused);
          Socket free = guest.connect(FakeInternet.OTHER, 8080)) {
        assertThat(CableGuest.ask(free, new byte[1])).endsWith(" 1");
      }
    }
    other.close();
  }

  /// The kernel frees the sockets of programs that ended a moment later; a slot released before
  /// that is not used again.
  private static void awaitNoStrangeSocket(Netns netns) throws IOException {
    Deadline deadline = Deadline.after(Duration.ofSeconds(10));
    Path sockstat = Path.of("/proc/thread-self/net/sockstat");
    while (SlotAudit.sockets(netns.inside(() -> Files.readString(sockstat))) > Slot.OWN_SOCKETS)
      if (deadline.expired()) throw new IOException("a socket stays open in " + netns);
  }

  private static String connections(Netns netns) throws IOException {
    Path count = Path.of("/proc/sys/net/netfilter/nf_conntrack_count");
    return netns.inside(() -> Files.readString(count).strip());
  }

  @Test
  void aSlotWhoseRulesSomebodyChangedIsNotUsedAgain() throws Exception {
    SlotLease first = lease(EgressPolicy.OPEN);
    try (Netlink netlink = dialer.netlink(first.slot().netns())) {
      netlink.delete("eth0");
    }
    first.close();
    SlotLease second = lease(EgressPolicy.OPEN);
    SlotLease third = lease(EgressPolicy.OPEN);
    assertThat(second.slot()).isNotSameAs(first.slot());
    assertThat(third.slot()).isNotSameAs(first.slot());
    second.close();
    third.close();
  }

  /// The address of a slot that is gone leads nowhere, not to the host's default route.
  @Test
  void aPacketToASlotThatIsGoneStaysOnTheHost() throws IOException {
    lease(EgressPolicy.OPEN).close();
    pool.close();
    assertThatThrownBy(() -> from(internet.host, "10.213.0.1", 49983).close())
        .isInstanceOf(IOException.class)
        .hasMessageMatching("(?s).*(Invalid argument|unreachable).*");
  }

  @Test
  void ofManyChangesAtOnceOneStaysWhole() throws Exception {
    try (SlotLease lease = lease(EgressPolicy.OPEN);
        CableGuest guest = guest(lease)) {
      EgressPolicy site = policy(FakeInternet.SITE, "", "0.0.0.0/0");
      EgressPolicy other = policy(FakeInternet.OTHER, "", "0.0.0.0/0");
      var start = new CountDownLatch(1);
      var threads =
          Stream.of(site, other, site, other, site, other)
              .map(wanted ->
                  Thread.ofVirtual()
                      .start(() -> {
                        try {
                          start.await();
                          for (int i = 0; i < 3; i++) lease.apply(wanted);
                        } catch (IOException | InterruptedException e) {
                          throw new IllegalStateException(e);
                        }
                      }))
              .toList();
      start.countDown();
      for (Thread thread : threads) thread.join();
      boolean siteStays = lease.policy().equals(site);
      guest.connect(siteStays ? FakeInternet.SITE : FakeInternet.OTHER, 8080).close();
      assertThatThrownBy(
              () -> guest.connect(siteStays ? FakeInternet.OTHER : FakeInternet.SITE, 8080))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void aFullPolicyIsInForceWithinASecond() throws IOException {
    try (SlotLease lease = lease(EgressPolicy.OPEN)) {
      var many =
          Stream.iterate(0, i -> i + 1)
              .limit(EgressPolicy.MOST_ENTRIES)
              .map(i -> AddressRange.parse("198.18." + i / 120 + "." + i % 120 * 2))
              .toList();
      long start = System.nanoTime();
      lease.apply(new EgressPolicy(many, List.of(), List.of(EgressPolicy.EVERYWHERE), many));
      System.out.printf(
          "policy of 2000 entries in force after %.1f ms%n", (System.nanoTime() - start) / 1e6);
      assertThat(lease.policy().allow()).hasSize(EgressPolicy.MOST_ENTRIES);
    }
  }

  @Test
  void aHostThatDoesNotForwardOffersNoWayOut() throws IOException {
    internet.forward(false);
    assertThatThrownBy(() -> WayOut.open(host, names))
        .isInstanceOf(Refusal.Unavailable.class)
        .hasMessageContaining("does not forward");
    internet.forward(true);
  }

  @Test
  void aHostWithoutNftOffersNoWayOut() throws IOException {
    try (Netns netns = Netns.create(Files.createFile(directory.resolve("bare")));
        var bare = HostNetwork.in(netns, dialer, "nft-that-is-not-installed")) {
      netns.inside(() -> Files.writeString(Path.of("/proc/sys/net/ipv4/ip_forward"), "1"));
      assertThatThrownBy(() -> WayOut.open(bare, names))
          .isInstanceOf(Refusal.Unavailable.class)
          .hasMessageContaining("the program nft is missing");
    } finally {
      Netns.delete(directory.resolve("bare"));
    }
  }

  @Test
  void aHostThatUsesTheRangeOffersNoWayOut() throws IOException {
    try (Netlink netlink = dialer.netlink(internet.host)) {
      netlink.addRoute(
          Cidr.parse("10.213.7.0/24"), null, netlink.link("uplink").orElseThrow().index());
    }
    assertThatThrownBy(() -> WayOut.open(host, names)).hasMessageContaining("10.213.7.0 on uplink");
  }

  @Test
  void whatACrashLeftIsTakenOverAndSwept() throws IOException {
    WayOut again = WayOut.open(host, names);
    assertThat(WayOut.sweep(host, names)).isTrue();
    assertThat(WayOut.sweep(host, names)).isFalse();
    again.close();
  }
}
