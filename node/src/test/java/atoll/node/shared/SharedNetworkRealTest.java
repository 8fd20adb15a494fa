package atoll.node.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import atoll.core.Deadline;
import atoll.core.Refusal;
import atoll.linux.net.Cidr;
import atoll.linux.net.Link;
import atoll.linux.net.Netlink;
import atoll.linux.net.Netns;
import atoll.linux.net.NetworkView;
import atoll.node.egress.HostNetwork;
import atoll.node.ledger.HostObject;
import atoll.node.ledger.Ledger;
import atoll.protocol.network.NetworkName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Shared networks in the running kernel, on a host that is a namespace. The last check of each
/// test is that nothing is left.
@Tag("real")
class SharedNetworkRealTest {
  private static final int AGENT = 49983;

  @TempDir Path directory;
  private PlayedNetwork played;

  @BeforeEach
  void open() throws IOException {
    Assumptions.assumeTrue(
        Files.isWritable(Path.of("/dev/net/tun")) && "root".equals(System.getProperty("user.name")),
        "SKIPPED: needs root and /dev/net/tun");
    Assumptions.assumeTrue(
        Stream.of("/usr/sbin/nft", "/sbin/nft").anyMatch(p -> Files.isExecutable(Path.of(p))),
        "SKIPPED: needs nft, from the package nftables");
    played = new PlayedNetwork(directory);
  }

  @AfterEach
  void close() throws Exception {
    if (played == null) return;
    Netns host = Netns.open(played.hostNetns.anchor());
    try (host) {
      played.endGuests();
      played.networks.close();
      assertThat(names(host)).containsExactly("lo");
    } finally {
      played.close();
    }
  }

  private static Stream<String> names(Netns host) throws IOException {
    return host.inside(() -> {
      try (Netlink netlink = Netlink.open()) {
        return netlink.links().stream().map(Link::name);
      }
    });
  }

  private NetworkView.Port port(String name) throws IOException {
    return played.host.links(n -> n.port(name)).orElseThrow();
  }

  /// Whether a connection made in `from` reaches a listener in `to`.
  private static boolean passes(Netns from, Netns to, String address, int port) throws IOException {
    try (ServerSocket server =
        to.inside(() -> new ServerSocket(port, 4, InetAddress.ofLiteral(address)))) {
      return reaches(from, null, address, server.getLocalPort());
    }
  }

  private static boolean reaches(Netns from, String source, String address, int port)
      throws IOException {
    return from.inside(() -> {
      try (var socket = new Socket()) {
        if (source != null) socket.bind(new InetSocketAddress(InetAddress.ofLiteral(source), 0));
        socket.connect(new InetSocketAddress(InetAddress.ofLiteral(address), port), 400);
        return true;
      } catch (IOException blocked) {
        return false;
      }
    });
  }

  @Test
  void sandboxesAndHostReachEachOther() throws IOException {
    assertThat(played.networks.create(PlayedNetwork.DEV, null))
        .satisfies(n -> assertThat(n.subnet()).isEqualTo("192.168.100.0/24"))
        .satisfies(n -> assertThat(n.gateway()).isEqualTo("192.168.100.1"));
    var one = played.guest();
    var two = played.guest();
    one.seat.prove(Deadline.after(Duration.ofSeconds(2)));
    two.seat.prove(Deadline.after(Duration.ofSeconds(2)));
    assertThat(one.address()).isEqualTo("192.168.100.2");
    assertThat(two.address()).isEqualTo("192.168.100.3");
    Netns first = one.machine.netns();
    Netns second = two.machine.netns();
    assertThat(passes(first, second, two.address(), 0)).isTrue();
    assertThat(passes(second, first, one.address(), 0)).isTrue();
    assertThat(passes(played.hostNetns, first, one.address(), 0)).isTrue();
    assertThat(passes(first, played.hostNetns, "192.168.100.1", 0)).isTrue();
    assertThat(passes(second, first, one.address(), AGENT)).as("another's agent").isFalse();
    assertThat(passes(played.hostNetns, first, one.address(), AGENT)).isFalse();
    try (Netns slot = Netns.open(one.slot.anchor())) {
      assertThat(passes(slot, first, "169.254.0.21", AGENT)).as("the node's way").isTrue();
    }
  }

  /// As an operator's guide to bridges would have it.
  @Test
  void aBridgeIsItsOwnAndItsPortsForward() throws IOException {
    played.networks.create(PlayedNetwork.DEV, null);
    var mac = port("atollb0").link().mac();
    var one = played.guest();
    var two = played.guest();
    NetworkView.Port bridge = port("atollb0");
    assertThat(bridge.link().mac()).isEqualTo(mac);
    assertThat(bridge.bridge()).isEqualTo(new NetworkView.Bridge(false, 0));
    for (var guest : new PlayedNetwork.Guest[] {one, two}) {
      NetworkView.Port port = port(guest.seat.portName());
      assertThat(port.name()).isEqualTo("atollp" + guest.slot.index()).hasSizeLessThan(16);
      assertThat(port.state()).isEqualTo(3);
      assertThat(port.link().mac()).isNotEqualTo(mac);
    }
    assertThat(one.seat.mac()).isNotEqualTo(two.seat.mac());
    one.close();
    assertThat(port("atollb0").link().mac()).isEqualTo(mac);
    var three = played.guest();
    assertThat(three.seat.mac()).as("numbers go round").isNotEqualTo(one.seat.mac());
  }

  @Test
  void whoLiesAboutItsAddressIsNotHeard() throws IOException {
    played.networks.create(PlayedNetwork.DEV, null);
    var liar = played.guest().addressed(Cidr.parse("192.168.100.77/24"));
    var two = played.guest();
    Netns from = liar.machine.netns();
    try (ServerSocket server =
        two.machine
            .netns()
            .inside(() -> new ServerSocket(0, 4, InetAddress.ofLiteral("0.0.0.0")))) {
      int port = server.getLocalPort();
      assertThat(reaches(from, "192.168.100.77", two.address(), port)).isFalse();
      assertThat(reaches(from, "169.254.0.21", two.address(), port)).isFalse();
      assertThat(reaches(from, liar.address(), two.address(), port)).isTrue();
    }
  }

  @Test
  void aHostThatDropsIsRefusedByName() throws IOException {
    played.rules(
        "table ip other { chain in { type filter hook input priority 0; policy drop; }; }\n");
    assertThatThrownBy(() -> played.networks.create(PlayedNetwork.DEV, null))
        .isInstanceOf(Refusal.Unavailable.class)
        .hasMessageContaining("from a sandbox to the host")
        .hasMessageContaining("ip other in");
    played.rules("delete table ip other\n");
    played.rules(
        "table bridge other { chain on { type filter hook forward priority 0; policy drop; }; }\n");
    assertThatThrownBy(() -> played.networks.create(PlayedNetwork.DEV, null))
        .hasMessageContaining("from sandbox to sandbox")
        .hasMessageContaining("bridge other on");
    assertThat(played.networks.of("team")).isEmpty();
    assertThat(played.ledger.entries()).noneMatch(e -> e.object() instanceof HostObject.Bridge);
    played.rules("add rule bridge other on iifname \"atollp*\" accept\n");
    assertThat(played.networks.create(PlayedNetwork.DEV, null).lack()).isEmpty();
  }

  /// What Docker does to hosts: rules for routed packets judge bridged ones, and drop.
  @Test
  void rulesForRoutedPacketsAreFeltToo() throws IOException {
    Assumptions.assumeTrue(
        Files.exists(Path.of("/proc/sys/net/bridge/bridge-nf-call-iptables")),
        "SKIPPED: needs br_netfilter");
    played.filterBridges("1");
    assertThat(played.networks.create(PlayedNetwork.DEV, null).lack()).as("nobody drops").isEmpty();
    var one = played.guest();
    played.rules(
        "table ip filter { chain FORWARD { type filter hook forward priority 0; policy drop; }; }\n");
    assertThatThrownBy(() -> played.networks.take(PlayedNetwork.DEV))
        .isInstanceOf(Refusal.Unavailable.class)
        .hasMessageContaining("from sandbox to sandbox")
        .hasMessageContaining("bridge-nf-call-iptables is on")
        .hasMessageContaining("ip filter FORWARD");
    assertThat(one.seat.fault()).as("its port is not to blame").isEmpty();
    played.filterBridges("0");
    assertThat(played.networks.take(PlayedNetwork.DEV).network()).isEqualTo("dev");
  }

  @Test
  void aHostWithoutNftIsToldHowToGetIt() throws IOException {
    try (var bare = HostNetwork.in(played.hostNetns, played.dialer, "nft-that-is-not-installed")) {
      var networks = SharedNetworks.open(played.home, played.ledger, bare, played.dialer);
      var refusal =
          catchThrowableOfType(
              Refusal.Unavailable.class, () -> networks.create(PlayedNetwork.DEV, null));
      assertThat(refusal).hasMessageContaining("the program nft is missing");
      assertThat(refusal.hint()).contains("apt-get install nftables");
    }
  }

  @Test
  void addressesOfTheHostAreRefused() throws IOException {
    played.host.links(n -> {
      n.addAddress(n.link("lo").orElseThrow().index(), Cidr.parse("192.168.100.200/32"));
      return null;
    });
    assertThatThrownBy(() -> played.networks.create(PlayedNetwork.DEV, "192.168.100.0/24"))
        .isInstanceOf(Refusal.Unavailable.class)
        .hasMessageContaining("192.168.100.200");
    assertThat(played.networks.create(PlayedNetwork.DEV, null).subnet())
        .as("one that the host does not use")
        .isEqualTo("192.168.101.0/24");
    var other = new NetworkName("another", "dev");
    assertThatThrownBy(() -> played.networks.create(other, "192.168.0.0/16"))
        .hasMessageContaining("atollb0");
    assertThat(played.networks.create(other, null).bridge()).isEqualTo("atollb1");
    assertThat(played.networks.of("another")).hasSize(1);
  }

  /// The stream is one that lives from before the node's end until after its return.
  @Test
  void aNodeThatComesBackFindsBridgesAndSeats() throws Exception {
    played.networks.create(PlayedNetwork.DEV, null);
    var one = played.guest();
    int index = port("atollb0").link().index();
    var stream = stream(one.machine.netns(), played.hostNetns, "192.168.100.1");
    assertThat(stream.call()).isTrue();
    played.networks.leave();
    assertThat(Ledger.peek(played.home.resolve("journal")))
        .extracting(Ledger.Entry::object)
        .anyMatch(o -> o instanceof HostObject.Bridge)
        .anyMatch(o -> o instanceof HostObject.Port p && p.seat() == 2);
    played.start();
    assertThat(port("atollb0").link().index()).isEqualTo(index);
    var seat = played.networks.adopt((HostObject.Port) one.seat.port(one.slot));
    assertThat(seat.fault()).isEmpty();
    assertThat(stream.call()).isTrue();
    assertThat(played.networks.take(PlayedNetwork.DEV).address().toString())
        .isEqualTo("192.168.100.3/24");
    assertThatThrownBy(() -> played.networks.remove(PlayedNetwork.DEV))
        .isInstanceOf(Refusal.Conflict.class);
  }

  @Test
  void aPortThatCarriesNothingIsTold() throws IOException {
    played.networks.create(PlayedNetwork.DEV, null);
    var one = played.guest();
    assertThat(one.seat.fault()).isEmpty();
    played.host.links(n -> {
      n.down(n.link("atollb0").orElseThrow().index());
      return null;
    });
    assertThat(one.seat.fault()).get().asString().contains("atollb0 is down");
    assertThatThrownBy(() -> played.networks.take(PlayedNetwork.DEV))
        .isInstanceOf(Refusal.Unavailable.class)
        .hasMessageContaining("is down");
    assertThat(played.networks.of("team").getFirst().lack()).contains("is down");
    played.host.links(n -> {
      n.delete("atollb0");
      return null;
    });
    assertThat(one.seat.fault()).get().asString().contains("is gone");
    played.networks.take(PlayedNetwork.DEV).free();
    assertThat(one.seat.fault()).as("made anew, with its ports").isEmpty();
    one.seat.prove(Deadline.after(Duration.ofSeconds(5)));
  }

  /// Sends a byte and waits for it to come back, each time it is called.
  static Callable<Boolean> stream(Netns from, Netns to, String address) throws IOException {
    ServerSocket server = to.inside(() -> new ServerSocket(0, 1, InetAddress.ofLiteral(address)));
    Socket client =
        from.inside(() -> new Socket(InetAddress.ofLiteral(address), server.getLocalPort()));
    Socket other = server.accept();
    client.setSoTimeout(5000);
    other.setSoTimeout(5000);
    server.close();
    return () -> {
      client.getOutputStream().write(42);
      other.getOutputStream().write(other.getInputStream().read());
      return client.getInputStream().read() == 42;
    };
  }
}
