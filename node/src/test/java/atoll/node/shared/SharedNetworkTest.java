package atoll.node.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import atoll.core.Refusal;
import atoll.linux.net.Cidr;
import atoll.linux.net.Mac;
import atoll.linux.net.NetworkView;
import atoll.protocol.network.AddressRange;
import atoll.protocol.network.NetworkName;
import java.io.IOException;
import java.net.Inet4Address;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharedNetworkTest {
  private static final NetworkName NAME = new NetworkName("team", "dev");
  private static final AddressRange SUBNET = AddressRange.parse("192.168.100.0/24");
  private static final Mac CARD = Mac.parse("02:FC:00:00:00:05");

  @TempDir Path home;

  @Test
  void everySeatHasAnAddressAndMacsOfItsOwn() {
    var seen = new HashSet<Object>();
    for (int index : new int[] {0, 1, 255}) {
      var network = new SharedNetwork(NAME, AddressRange.parse("172.20.0.0/16"), index, 0xabcdef);
      assertThat(network.bridge().length()).isLessThan(16);
      assertThat(seen.add(network.mac())).isTrue();
      for (int seat : new int[] {2, 3, 255, 256, network.lastSeat(), network.trialSeat(1)}) {
        assertThat(seen.add(network.seatMac(seat))).isTrue();
        assertThat(seen.add(network.portMac(seat))).isTrue();
      }
    }
    var network = new SharedNetwork(NAME, SUBNET, 7, 1);
    assertThat(network.gateway()).isEqualTo(Cidr.parse("192.168.100.1/24"));
    assertThat(network.address(network.lastSeat()).toString()).isEqualTo("192.168.100.252/24");
    assertThat(network.address(network.trialSeat(1)).toString()).isEqualTo("192.168.100.254/24");
    assertThat(SharedNetwork.isOf(1, network.mac())).isTrue();
    assertThat(SharedNetwork.isOf(2, network.mac())).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "dev",
        "192.168.100.0",
        "192.168.100.5/24",
        "192.168.100.0/29",
        "10.0.0.0/8",
        "192.168.100.0/33",
        "fd00::/64",
        "192.168.100.0/24; drop",
        "0192.168.100.0/24"
      })
  void whatIsNoSubnetIsRefused(String text) {
    assertThatThrownBy(() -> SharedNetwork.subnet(text))
        .isInstanceOf(Refusal.Invalid.class)
        .hasMessageContaining("such as 192.168.100.0/24");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-a", "a-", "A", "a b", "../x", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})
  void whatIsNoNameIsRefused(String text) {
    assertThatThrownBy(() -> new NetworkName("team", text)).isInstanceOf(Refusal.Invalid.class);
  }

  /// The guest may send what it likes: every frame that leaves has passed a test of its source.
  @Test
  void rulesNameTheSeatAndNothingElse() {
    String rules =
        PortRules.replacing(new SharedNetwork(NAME, SUBNET, 7, 1), 5, "tap0", "net0", CARD);
    assertThat(rules).doesNotContain("$");
    assertThat(rules.lines().filter(l -> l.contains("fwd to \"net0\"")).count()).isEqualTo(2);
    assertThat(rules).contains("ip saddr != 192.168.100.5 counter drop");
    assertThat(rules).contains("arp saddr ip != 192.168.100.5 counter drop");
    assertThat(rules).contains("th dport 49983 counter drop");
    assertThat(rules).contains("policy drop");
  }

  @Test
  void overlapsAreFoundAndTheBridgesOwnAreNone() {
    var lan = new NetworkView.Address(3, Inet4Address.ofLiteral("192.168.0.7"), 24);
    assertThat(overlap(List.of(lan), List.of())).isEmpty();
    var inside = new NetworkView.Address(3, Inet4Address.ofLiteral("192.168.100.9"), 32);
    assertThat(overlap(List.of(inside), List.of())).contains("192.168.100.9");
    assertThat(overlap(List.of(), List.of(route("0.0.0.0/0", 1, 3)))).as("everybody's").isEmpty();
    assertThat(overlap(List.of(), List.of(route("192.168.0.0/16", 1, 3))))
        .contains("192.168.0.0/16");
    assertThat(overlap(List.of(), List.of(route("192.168.100.128/25", 6, 0)))).contains("special");
  }

  private static String overlap(
      List<NetworkView.Address> addresses, List<NetworkView.Route> routes) {
    var view = new NetworkView(List.of(), addresses, routes, List.of(), List.of(), List.of());
    return Objections.overlap(view, SUBNET, "atollb0").orElse("");
  }

  private static NetworkView.Route route(String to, int type, int link) {
    return new NetworkView.Route(Cidr.parse(to), type, 254, link, null);
  }

  @Test
  void theBookIsReadAsItWasWritten() throws IOException {
    var book = new NetworkBook(home, 5);
    assertThat(book.read()).isEmpty();
    var networks =
        List.of(
            new SharedNetwork(NAME, SUBNET, 0, 5),
            new SharedNetwork(
                new NetworkName("other", "dev"), AddressRange.parse("10.9.0.0/16"), 1, 5));
    book.write(networks);
    assertThat(book.read()).isEqualTo(networks);
    Files.writeString(home.resolve("networks.json"), "{\"networks\":[{\"owner\":\"x\"}]}");
    assertThatThrownBy(book::read)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("networks.json");
  }
}
