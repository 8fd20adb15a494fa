package atoll.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("real")
class BadInputTest {
  private final Bench bench = Bench.shared();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|templateID",
        "{\"templateID\":7}|templateID",
        "{\"templateID\":\"\"}|templateID",
        "{\"templateID\":\"No Such!\"}|templateID",
        "{\"templateID\":\"base\",\"timeout\":0}|timeout",
        "{\"templateID\":\"base\",\"timeout\":-5}|timeout",
        "{\"templateID\":\"base\",\"timeout\":\"5\"}|timeout",
        "{\"templateID\":\"base\",\"timeout\":1.5}|timeout",
        "{\"templateID\":\"base\",\"timeout\":2147483648}|timeout",
        "{\"templateID\":\"base\",\"timeout\":1e99999999}|timeout",
        "{\"templateID\":\"base\",\"timeout\":86401}|timeout",
        "{\"templateID\":\"base\",\"metadata\":[]}|metadata",
        "{\"templateID\":\"base\",\"metadata\":{\"a\":1}}|metadata.a",
        "{\"templateID\":\"base\",\"metadata\":{\"a\":\"\\u0000\"}}|metadata",
        "{\"templateID\":\"base\",\"envVars\":{\"A=B\":\"x\"}}|envVars",
        "{\"templateID\":\"base\",\"secure\":\"yes\"}|secure",
        "{\"templateID\":\"base\",\"network\":3}|network",
        "{\"templateID\":\"base\",\"network\":{\"allowOut\":\"x\"}}|network.allowOut",
        "{\"templateID\":\"base\",\"network\":{\"denyOut\":[\"a.test\"]}}|network.denyOut",
        "{\"templateID\":\"base\",\"network\":{\"maskRequestHost\":3}}|network.maskRequestHost",
        "{\"templateID\":\"base\",\"autoPause\":\"yes\"}|autoPause",
        "{\"templateID\":\"base\",\"autoPauseMemory\":false}|autoPauseMemory",
        "{\"templateID\":\"base\",\"autoResume\":true}|autoResume",
        "{\"templateID\":\"base\",\"autoResume\":{\"enabled\":1}}|autoResume.enabled",
        "{\"templateID\":\"base\",\"mcp\":\"x\"}|mcp",
        "{\"templateID\":\"base\",\"iam\":[]}|iam",
        "{\"templateID\":\"base\",\"volumeMounts\":{}}|volumeMounts",
      })
  void createNamesTheFieldThatIsWrong(String body, String field) {
    int before = bench.node.created().size();
    for (String path : new String[] {"/sandboxes", "/v2/sandboxes"}) {
      var answer = bench.post(path, body);
      assertThat(answer.status()).as(body).isEqualTo(400);
      assertThat(answer.text("message")).startsWith("validation error: " + field);
      assertThat(answer.object().whole("code")).contains(400L);
    }
    assertThat(bench.node.created()).hasSize(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "[]", "nonsense", "{\"a\":1,}", "\"text\"", "{} {}", "\u0000"})
  void malformedJsonIs400(String body) {
    var answer = bench.post("/v2/sandboxes", body);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text("message")).contains("JSON");
  }

  @Test
  void deepJsonIs400() {
    assertThat(bench.post("/v2/sandboxes", "[".repeat(500_000)).status()).isEqualTo(400);
  }

  @Test
  void unknownTemplateNamesTheKnownOnes() {
    var answer = bench.post("/v2/sandboxes", "{\"templateID\":\"bass\"}");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.text("reason")).isEqualTo("template_not_found");
    assertThat(answer.text("message")).contains("'bass'").contains("base");
    assertThat(bench.post("/v2/sandboxes", "{\"templateID\":\"base:nothing\"}").status())
        .isEqualTo(404);
    assertThat(bench.post("/v2/sandboxes", "{\"templateID\":\"default/base:default\"}").status())
        .isEqualTo(201);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "e2b_",
        "e2b_00",
        "e2b_0",
        "sk_e2b_00",
        "e2b_zz",
        "e2b_0000000000000000000000000000000000000000"
      })
  void aKeyThatIsNoneIs401(String key) {
    for (String path :
        new String[] {"/sandboxes", "/sandboxes/abc", "/templates", "/atoll/v1/node"}) {
      var answer = bench.send(bench.bare(path).header("X-API-Key", key).GET());
      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.object().whole("code")).contains(401L);
      assertThat(answer.text("message")).isNotEmpty().doesNotContain(key.length() > 6 ? key : "\0");
    }
    assertThat(bench.send(bench.bare("/sandboxes").GET()).status()).isEqualTo(401);
  }

  @Test
  void unknownPathsAndMethodsAnswerJson() {
    assertThat(bench.get("/nothing/here").text("reason")).isEqualTo("route_not_found");
    assertThat(bench.get("/").status()).isEqualTo(404);
    assertThat(bench.get("/sandboxes/").status()).isIn(400, 404);
    var answer =
        bench.send(
            bench.request("/sandboxes").method("PATCH", HttpRequest.BodyPublishers.noBody()));
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("allow")).contains("GET").contains("POST");
    assertThat(answer.object().whole("code")).contains(405L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPPER",
        "a-b-c",
        "with%20blank",
        "..%2F..%2Fetc",
        "%00",
        "%ff",
        "%zz",
        "%E0%A4%A"
      })
  void badIdsAreRefused(String id) {
    var answer =
        bench.send(
            bench
                .request("/x")
                .uri(
                    java.net.URI.create(
                        "http://127.0.0.1:" + bench.port() + "/sandboxes/" + safe(id)))
                .GET());
    assertThat(answer.status()).isEqualTo(400);
  }

  /// The client's own URI type refuses broken escapes; those go over a raw socket in RawHttpTest.
  private static String safe(String id) {
    return id.contains("%zz") || id.endsWith("%A") ? "UPPER" : id;
  }

  @Test
  void compositeIdsCountByTheirFirstPart() {
    String id = bench.create();
    assertThat(bench.get("/sandboxes/" + id + "-6532622b").text("sandboxID")).isEqualTo(id);
  }

  @Test
  void timeoutBodiesAreChecked() {
    String id = bench.create();
    for (String body :
        new String[] {"{}", "", "{\"timeout\":-1}", "{\"timeout\":null}", "{\"timeout\":\"x\"}"}) {
      var answer = bench.post("/sandboxes/" + id + "/timeout", body);
      assertThat(answer.status()).as(body).isEqualTo(400);
      assertThat(answer.text("message")).contains("timeout");
    }
    assertThat(bench.post("/v2/sandboxes/" + id + "/connect", "{\"timeout\":86401}").status())
        .isEqualTo(400);
  }

  @Test
  void networkRulesAreNotSilentlyIgnored() {
    var answer =
        bench.post(
            "/v2/sandboxes", "{\"templateID\":\"base\",\"network\":{\"rules\":{\"a.test\":[{}]}}}");
    assertThat(answer.status()).isEqualTo(501);
    assertThat(answer.text("message")).contains("rules");
    assertThat(
            bench
                .post(
                    "/v2/sandboxes",
                    "{\"templateID\":\"base\",\"network\":{\"allowPublicTraffic\":true,\"allowOut\":[]},\"mcp\":null,\"unknown\":{}}")
                .status())
        .isEqualTo(201);
  }

  @Test
  void crossOriginRequestsAreAllowed() {
    var preflight =
        bench.send(
            bench
                .bare("/sandboxes")
                .header("Origin", "http://x.test")
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody()));
    assertThat(preflight.status()).isEqualTo(204);
    assertThat(preflight.header("access-control-allow-headers")).contains("X-API-Key");
    var answer = bench.send(bench.request("/v2/sandboxes").header("Origin", "http://x.test").GET());
    assertThat(answer.header("access-control-allow-origin")).isEqualTo("*");
    assertThat(answer.header("access-control-expose-headers")).contains("X-Next-Token");
  }
}
