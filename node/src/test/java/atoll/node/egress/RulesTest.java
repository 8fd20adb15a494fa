package atoll.node.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import atoll.core.Refusal;
import atoll.linux.net.Cidr;
import atoll.protocol.network.AddressRange;
import atoll.protocol.network.EgressPolicy;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RulesTest {
  private static final Inet4Address GUEST = Inet4Address.ofLiteral("169.254.0.21");
  private static final Inet4Address OUTSIDE = Inet4Address.ofLiteral("10.213.0.1");

  private static List<AddressRange> ranges(String... texts) {
    return Stream.of(texts).map(AddressRange::parse).toList();
  }

  @Test
  void overlappingRangesBecomeOneElement() {
    assertThat(SetElements.of(ranges("203.0.113.128/25", "203.0.113.0/25", "203.0.113.7")))
        .isEqualTo("elements = { 203.0.113.0-203.0.113.255 }");
    assertThat(SetElements.of(ranges("255.255.255.255", "0.0.0.0")))
        .isEqualTo("elements = { 0.0.0.0, 255.255.255.255 }");
    assertThat(SetElements.of(ranges("10.0.0.0/8", "10.1.0.0/16", "12.0.0.0/8")))
        .isEqualTo("elements = { 10.0.0.0-10.255.255.255, 12.0.0.0-12.255.255.255 }");
    assertThat(SetElements.of(ranges())).isEmpty();
  }

  @Test
  void theNumberOfRulesDoesNotGrowWithThePolicy() {
    var many = new ArrayList<AddressRange>();
    for (int i = 0; i < EgressPolicy.MOST_ENTRIES; i++)
      many.add(AddressRange.parse("203.0." + i / 250 + "." + i % 250));
    var large = new EgressPolicy(many, List.of(), many, List.of());
    assertThat(lines(large)).isEqualTo(lines(EgressPolicy.OPEN));
  }

  private static long lines(EgressPolicy policy) {
    return SlotRules.replacing(policy, GUEST, OUTSIDE, 3128).lines().count();
  }

  @Test
  void addressesOfSlotsAreApart() {
    SlotRange range = SlotRange.USUAL;
    assertThat(range.host(0).getHostAddress()).isEqualTo("10.213.0.0");
    assertThat(range.slot(0).getHostAddress()).isEqualTo("10.213.0.1");
    assertThat(range.slot(32767).getHostAddress()).isEqualTo("10.213.255.255");
    assertThatThrownBy(() -> new SlotRange(Cidr.parse("10.213.1.0/16")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SlotRange.parse("10.0.0.0/8")).isInstanceOf(Refusal.Invalid.class);
    assertThatThrownBy(() -> SlotRange.parse("nonsense")).isInstanceOf(Refusal.Invalid.class);
  }

  @Test
  void aRouteInsideTheRangeIsFound() {
    String head = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\n";
    String route = "%s\t%s\t00000000\t0003\t0\t0\t0\t%s\t0\t0\t0\n";
    AddressRange range = SlotRange.USUAL.addresses();
    String clear =
        head
            + route.formatted("eth0", "00000000", "00000000")
            + route.formatted("eth0", "000200C0", "00FFFFFF")
            + route.formatted("atollv3", "0600D50A", "FEFFFFFF")
            + route.formatted("*", "0000D50A", "0000FFFF");
    assertThat(WayOut.overlap(clear, range)).isEmpty();
    assertThat(WayOut.overlap(clear + route.formatted("lan", "0001D50A", "00FFFFFF"), range))
        .isEqualTo("10.213.1.0 on lan");
    assertThat(WayOut.overlap(clear + route.formatted("vpn", "0000000A", "000000FF"), range))
        .isEqualTo("10.0.0.0 on vpn");
  }

  @Test
  void foreignChainsThatDropAreNamed() {
    String chains =
        """
        {"nftables": [{"metainfo": {}},
          {"chain": {"family": "ip", "table": "filter", "name": "FORWARD", "hook": "forward", "policy": "drop"}},
          {"chain": {"family": "ip", "table": "filter", "name": "INPUT", "hook": "input", "policy": "drop"}},
          {"chain": {"family": "inet", "table": "mine", "name": "plain"}}]}\
        """;
    assertThat(ForeignRules.dropping(chains, "forward")).containsExactly("ip filter FORWARD");
  }
}
