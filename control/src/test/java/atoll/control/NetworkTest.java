package atoll.control;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.core.SandboxId;
import atoll.core.json.Json;
import atoll.protocol.network.EgressPolicy;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a sandbox may reach: at its creation, and changed while it runs.
@Tag("real")
class NetworkTest {
  private final Bench bench = Bench.shared();

  private SandboxId create(String members) {
    var created = bench.post("/v2/sandboxes", "{\"templateID\":\"base\"" + members + "}");
    assertThat(created.status()).as(created.text("message")).isEqualTo(201);
    return new SandboxId(created.text("sandboxID"));
  }

  @Test
  void internetIsOnUnlessItIsTurnedOff() {
    assertThat(bench.node.egress(create(""))).isEqualTo(EgressPolicy.OPEN);
    assertThat(bench.node.egress(create(",\"allow_internet_access\":true")))
        .isEqualTo(EgressPolicy.OPEN);
    SandboxId closed = create(",\"allow_internet_access\":false");
    assertThat(bench.node.egress(closed).isClosed()).isTrue();
    assertThat(detail(closed).bool("allowInternetAccess")).contains(false);
  }

  @Test
  void rulesReachTheNodeAndAreShown() {
    SandboxId id =
        create(
            ",\"network\":{\"allowOut\":[\"203.0.113.0/24\",\"*.Example.com\"],\"denyOut\":[\"0.0.0.0/0\"],\"dnsServers\":[\"1.1.1.1\"]}");
    EgressPolicy policy = bench.node.egress(id);
    assertThat(policy.allow()).extracting(Object::toString).containsExactly("203.0.113.0/24");
    assertThat(policy.domains()).extracting(Object::toString).containsExactly("*.example.com");
    assertThat(policy.resolvers()).extracting(Object::toString).containsExactly("1.1.1.1");
    assertThat(policy.deniesEverything()).isTrue();
    Json.Obj network = detail(id).object("network");
    assertThat(network.items("allowOut")).hasSize(2);
    assertThat(network.items("denyOut")).hasSize(1);
  }

  @Test
  void aChangeReplacesEverything() {
    SandboxId id =
        create(",\"network\":{\"allowOut\":[\"203.0.113.1\"],\"denyOut\":[\"0.0.0.0/0\"]}");
    assertThat(change(id, "{\"denyOut\":[\"198.51.100.0/24\"]}").status()).isEqualTo(204);
    assertThat(bench.node.egress(id).allow()).isEmpty();
    assertThat(bench.node.egress(id).deny()).hasSize(1);
    assertThat(
            change(id, "{\"allow_internet_access\":false,\"allowOut\":[\"203.0.113.9\"]}").status())
        .isEqualTo(204);
    assertThat(bench.node.egress(id).deniesEverything()).isTrue();
    assertThat(bench.node.egress(id).allow()).hasSize(1);
    assertThat(change(id, "{}").status()).isEqualTo(204);
    assertThat(bench.node.egress(id)).isEqualTo(EgressPolicy.OPEN);
    assertThat(detail(id).get("network")).isEmpty();
    assertThat(detail(id).bool("allowInternetAccess")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"allowOut\":[\"300.1.1.1\"]}|allowOut",
        "{\"allowOut\":[\"10.0.0.0/33\"]}|allowOut",
        "{\"allowOut\":[\"2001:db8::1\"]}|IPv6",
        "{\"allowOut\":[\"exa mple.com\"],\"denyOut\":[\"0.0.0.0/0\"]}|allowOut",
        "{\"allowOut\":[\"example.com\"]}|0.0.0.0/0",
        "{\"allowOut\":\"example.com\"}|allowOut",
        "{\"allowOut\":[7]}|allowOut",
        "{\"allowOut\":[\"\"]}|allowOut",
        "{\"denyOut\":[\"example.com\"]}|only addresses",
        "{\"denyOut\":[\"1.2.3.4/\"]}|denyOut",
        "{\"dnsServers\":[\"dns.test\"]}|dnsServers",
        "{\"dnsServers\":[\"8.8.8.0/24\"]}|dnsServers",
        "{\"dnsServers\":[\"1.1.1.1\",\"1.1.1.1\",\"1.1.1.1\",\"1.1.1.1\",\"1.1.1.1\",\"1.1.1.1\",\"1.1.1.1\",\"1.1.1.1\",\"1.1.1.1\",\"1.1.1.1\",\"1.1.1.1\"]}|limit"
            + " is 10",
        "{\"allow_internet_access\":\"no\"}|allow_internet_access",
        "[]|object"
      })
  void malformedRulesChangeNothing(String body, String named) {
    SandboxId id = create("");
    var answer = change(id, body);
    assertThat(answer.status()).as(body).isEqualTo(400);
    assertThat(answer.text("message")).contains(named);
    assertThat(bench.node.egress(id)).isEqualTo(EgressPolicy.OPEN);
  }

  @Test
  void tenThousandRulesAreAnsweredWithTheLimit() {
    String many =
        IntStream.range(0, 10_000)
            .mapToObj(i -> "\"203." + i / 250 % 250 + ".0." + i % 250 + "\"")
            .collect(Collectors.joining(","));
    SandboxId id = create("");
    var answer = change(id, "{\"denyOut\":[" + many + "]}");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text("message")).contains("10000").contains("1000");
  }

  @Test
  void aSandboxThatEndedOrNeverWasCannotBeChanged() {
    SandboxId id = create("");
    bench.delete("/sandboxes/" + id);
    assertThat(change(id, "{}").status()).isEqualTo(404);
    assertThat(change(new SandboxId("neverwasthere0000000"), "{}").status()).isEqualTo(404);
    SandboxId lost = create("");
    bench.node.lose(lost);
    assertThat(change(lost, "{}").status()).isEqualTo(404);
  }

  @Test
  void changesAtOnceLeaveNodeAndRecordInAgreement() throws Exception {
    SandboxId id = create("");
    var threads =
        Stream.of("203.0.113.1", "203.0.113.2", "203.0.113.3", "203.0.113.4")
            .map(address ->
                Thread.ofVirtual()
                    .start(() -> {
                      for (int i = 0; i < 5; i++) change(id, "{\"denyOut\":[\"" + address + "\"]}");
                    }))
            .toList();
    for (Thread thread : threads) thread.join();
    String node = bench.node.egress(id).deny().getFirst().toString();
    Json shown = detail(id).object("network").items("denyOut").getFirst();
    assertThat(shown).isEqualTo(new Json.Text(node));
  }

  private Json.Obj detail(SandboxId id) {
    return bench.get("/sandboxes/" + id).object();
  }

  private Bench.Answer change(SandboxId id, String body) {
    return bench.put("/sandboxes/" + id + "/network", body);
  }
}
