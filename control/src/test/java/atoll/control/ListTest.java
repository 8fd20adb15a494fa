package atoll.control;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.core.json.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("real")
class ListTest {
  private final Bench bench = Bench.shared();

  private List<String> ids(Bench.Answer answer) {
    assertThat(answer.status()).as(() -> String.valueOf(answer.json())).isEqualTo(200);
    return ((Json.Arr) answer.json())
        .items().stream().map(item -> ((Json.Obj) item).text("sandboxID").orElseThrow()).toList();
  }

  private String create(String metadata) {
    return bench
        .post("/v2/sandboxes", "{\"templateID\":\"base\",\"metadata\":" + metadata + "}")
        .text("sandboxID");
  }

  /// As the SDKs do: each name and value, then the form, then the query.
  private static String filter(String name, String value) {
    return "metadata=" + encode(encode(encode(name)) + "=" + encode(encode(value)));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Test
  void metadataIsMatchedWholeAndExactly() {
    String odd = "a&b=c d+é%";
    String first = create("{\"mark\":\"" + odd + "\",\"more\":\"1\"}");
    String second = create("{\"mark\":\"plain\"}");
    assertThat(ids(bench.get("/v2/sandboxes?" + filter("mark", odd)))).containsExactly(first);
    assertThat(ids(bench.get("/sandboxes?" + filter("mark", "plain")))).containsExactly(second);
    assertThat(ids(bench.get("/v2/sandboxes?" + filter("mark", "plai")))).isEmpty();
    assertThat(bench.get("/v2/sandboxes?metadata=nothing").status()).isEqualTo(400);
  }

  @Test
  void pagesFollowEachOtherNewestFirst() {
    var made = new ArrayList<String>();
    for (int i = 0; i < 7; i++) made.addFirst(create("{\"page\":\"yes\"}"));
    String base = "/v2/sandboxes?limit=3&state=running&" + filter("page", "yes");
    var seen = new ArrayList<String>();
    String token = "";
    for (int page = 0; token != null && page < 5; page++) {
      var answer = bench.get(base + (token.isEmpty() ? "" : "&nextToken=" + encode(token)));
      seen.addAll(ids(answer));
      assertThat(answer.header("x-total-running")).isEqualTo("7");
      token = answer.header("x-next-token");
    }
    assertThat(seen).isEqualTo(made);
    assertThat(ids(bench.get("/v2/sandboxes?order=asc&" + filter("page", "yes"))))
        .isEqualTo(made.reversed());
  }

  @Test
  void tokensOfAnotherOrderOrMakeAreRefused() {
    create("{\"token\":\"1\"}");
    create("{\"token\":\"1\"}");
    String token =
        bench.get("/v2/sandboxes?limit=1&" + filter("token", "1")).header("x-next-token");
    assertThat(bench.get("/v2/sandboxes?order=asc&nextToken=" + encode(token)).status())
        .isEqualTo(400);
    assertThat(bench.get("/v2/sandboxes?nextToken=garbage!").status()).isEqualTo(400);
    assertThat(bench.get("/v2/sandboxes?nextToken=" + "QUFB".repeat(100)).status()).isEqualTo(400);
  }

  @Test
  void statesTemplatesAndTimesFilter() {
    String id = create("{\"filter\":\"1\"}");
    String mine = filter("filter", "1");
    assertThat(ids(bench.get("/v2/sandboxes?state=paused&" + mine))).isEmpty();
    assertThat(ids(bench.get("/v2/sandboxes?state=running%2Cpaused&" + mine))).contains(id);
    assertThat(bench.get("/v2/sandboxes?state=dead").status()).isEqualTo(400);
    assertThat(ids(bench.get("/v2/sandboxes?template=base&" + mine))).contains(id);
    assertThat(ids(bench.get("/v2/sandboxes?template=nothing&" + mine))).isEmpty();
    assertThat(bench.get("/v2/sandboxes?template=base%3Atag").status()).isEqualTo(400);
    assertThat(
            ids(
                bench.get(
                    "/v2/sandboxes?startedAfter="
                        + encode(Instant.now().plusSeconds(60).toString())
                        + "&"
                        + mine)))
        .isEmpty();
    assertThat(ids(bench.get("/v2/sandboxes?startedAfter=2020-01-01T00:00:00Z&" + mine)))
        .contains(id);
    for (String bad :
        List.of(
            "limit=0",
            "limit=101",
            "limit=x",
            "order=up",
            "startedAfter=yesterday",
            "startedAfter=%2B999999-01-01T00:00:00Z")) {
      assertThat(bench.get("/v2/sandboxes?" + bad).status()).as(bad).isEqualTo(400);
    }
  }
}
