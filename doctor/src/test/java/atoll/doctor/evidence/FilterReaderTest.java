package atoll.doctor.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FilterReaderTest {
  private static final String RULESET =
      """
      {"nftables":[{"metainfo":{"version":"1.0.6"}},{"table":{"family":"inet","name":"blocker","handle":1}},
      {"chain":{"family":"inet","table":"blocker","name":"in","hook":"input","prio":0,"policy":"drop"}},
      {"rule":{"family":"inet","table":"blocker","chain":"in","handle":2,"expr":[
       {"match":{"op":"==","left":{"meta":{"key":"iifname"}},"right":"tap0"}},
       {"match":{"op":"!=","left":{"payload":{"protocol":"tcp","field":"dport"}},"right":80}},
       {"counter":{"packets":7,"bytes":420}},{"drop":null}]}},
      {"rule":{"family":"inet","table":"atoll-5","chain":"out","handle":3,"expr":[{"accept":null}]}}]}
      """;

  @Test
  void refusingRulesAndPoliciesAreFoundAndWorded() {
    var found = FilterReader.parse(RULESET);
    assertThat(found).hasSize(2);
    assertThat(found.get(0).text()).isEqualTo("policy drop at hook input");
    assertThat(found.get(1).text()).isEqualTo("iifname tap0 tcp dport != 80 drop");
    assertThat(found.get(1).packets()).isEqualTo(7);
    assertThat(found).noneMatch(SlotFacts.FilterRule::ours);
  }

  @Test
  void aRuleOfAPolicyIsWordedWithItsAddresses() {
    var found =
        FilterReader.parse(
            """
            {"nftables":[{"set":{"family":"inet","name":"denied","table":"atoll_slot","elem":["192.0.2.7",{"prefix":{"addr":"198.51.100.0","len":24}}]}},
            {"rule":{"family":"inet","table":"atoll_slot","chain":"judge","expr":[
             {"match":{"op":"==","left":{"ct":{"key":"ip daddr","dir":"original"}},"right":"@denied"}},
             {"counter":{"packets":2,"bytes":120}},{"reject":{"type":"icmpx","expr":"admin-prohibited"}}]}}]}
            """);
    assertThat(found).hasSize(1);
    assertThat(found.getFirst().ours()).isTrue();
    assertThat(found.getFirst().packets()).isEqualTo(2);
    assertThat(found.getFirst().text()).contains("reject", "(@denied: 192.0.2.7, 198.51.100.0/24)");
  }

  @Test
  void aTargetOfOldIptablesThatNftOnlyKnowsByNameRefusesToo() {
    var found =
        FilterReader.parse(
            """
            {"nftables":[{"rule":{"family":"ip","table":"filter","chain":"OUTPUT","expr":[
             {"counter":{"packets":4,"bytes":240}},{"xt":{"type":"target","name":"REJECT"}}]}},
            {"rule":{"family":"ip","table":"filter","chain":"OUTPUT","expr":[
             {"xt":{"type":"target","name":"LOG"}}]}}]}
            """);
    assertThat(found).hasSize(1);
    assertThat(found.getFirst().packets()).isEqualTo(4);
  }

  @Test
  void nothingIsNothing() {
    assertThat(FilterReader.parse("")).isEmpty();
    assertThat(FilterReader.parse("[]")).isEmpty();
    assertThat(FilterReader.parse("{\"nftables\":[1,{\"rule\":{}}]}")).isEmpty();
  }
}
