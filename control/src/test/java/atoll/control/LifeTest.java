package atoll.control;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.core.SandboxId;
import atoll.core.json.Json;
import atoll.testkit.FakeNode;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("real")
class LifeTest {
  private final Bench bench = Bench.shared();

  @Test
  void createdThenSeenThenKilled() {
    var created =
        bench.post(
            "/v2/sandboxes",
            "{\"templateID\":\"base\",\"metadata\":{\"who\":\"me\"},\"envVars\":{}}");
    assertThat(created.status()).isEqualTo(201);
    String id = created.text("sandboxID");
    assertThat(created.text("envdVersion")).isEqualTo("0.6.13");
    assertThat(created.text("templateID")).isEqualTo(FakeNode.BASE.id());
    assertThat(created.text("clientID")).isNotEmpty();
    assertThat(created.text("envdAccessToken")).matches("[0-9a-f]{64}");
    assertThat(created.header("x-request-id")).isNotEmpty();

    var detail = bench.get("/sandboxes/" + id);
    assertThat(detail.status()).isEqualTo(200);
    assertThat(detail.text("state")).isEqualTo("running");
    assertThat(detail.object().object("metadata").text("who")).contains("me");
    assertThat(detail.text("envdAccessToken")).isEqualTo(created.text("envdAccessToken"));

    assertThat(bench.delete("/sandboxes/" + id).status()).isEqualTo(204);
    assertThat(bench.node.killed()).contains(new SandboxId(id));
    var gone = bench.delete("/sandboxes/" + id);
    assertThat(gone.status()).isEqualTo(404);
    assertThat(gone.object().whole("code")).contains(404L);
    assertThat(gone.text("message")).contains(id).contains("killed");
  }

  @Test
  void firstVersionIsOpenAndShort() {
    var created = bench.post("/sandboxes", "{\"templateID\":\"base\"}");
    assertThat(created.text("envdAccessToken")).isNull();
    assertThat(lifeOf(created.text("sandboxID"))).isEqualTo(Duration.ofSeconds(15));
    var secured =
        bench.post("/sandboxes", "{\"templateID\":\"base\",\"secure\":true,\"timeout\":60}");
    assertThat(secured.text("envdAccessToken")).isNotNull();
    assertThat(lifeOf(secured.text("sandboxID"))).isEqualTo(Duration.ofSeconds(60));
  }

  @Test
  void secondVersionIsSecuredAndLives300Seconds() {
    assertThat(lifeOf(bench.create())).isEqualTo(Duration.ofSeconds(300));
  }

  private Duration lifeOf(String id) {
    Json.Obj detail = bench.get("/sandboxes/" + id).object();
    return Duration.between(
        Instant.parse(detail.text("startedAt").orElseThrow()),
        Instant.parse(detail.text("endAt").orElseThrow()));
  }

  @Test
  void connectOnlyExtends() {
    String id = bench.create();
    assertThat(bench.post("/v2/sandboxes/" + id + "/connect", "{\"timeout\":5}").status())
        .isEqualTo(200);
    assertThat(lifeOf(id)).isEqualTo(Duration.ofSeconds(300));
    assertThat(bench.post("/sandboxes/" + id + "/connect", "{\"timeout\":900}").status())
        .isEqualTo(200);
    assertThat(lifeOf(id)).isGreaterThanOrEqualTo(Duration.ofSeconds(900));
    assertThat(bench.post("/v2/sandboxes/" + id + "/connect", "{}").text("sandboxID"))
        .isEqualTo(id);
    assertThat(bench.post("/v2/sandboxes/iunknown/connect", "{}").status()).isEqualTo(404);
  }

  @Test
  void timeoutMayShortenAndZeroEnds() throws Exception {
    String id = bench.create();
    assertThat(bench.post("/sandboxes/" + id + "/timeout", "{\"timeout\":20}").status())
        .isEqualTo(204);
    assertThat(lifeOf(id)).isLessThan(Duration.ofSeconds(30));
    assertThat(bench.post("/sandboxes/" + id + "/timeout", "{\"timeout\":0}").status())
        .isEqualTo(204);
    Eventually.holds(() -> bench.get("/sandboxes/" + id).status() == 404);
    assertThat(bench.get("/sandboxes/" + id).text("message")).contains("timeout");
    assertThat(bench.node.running()).noneMatch(r -> r.id().value().equals(id));
    assertThat(bench.post("/sandboxes/" + id + "/timeout", "{\"timeout\":9}").status())
        .isEqualTo(404);
  }

  @Test
  void refreshesOnlyExtend() {
    String id = bench.create();
    assertThat(bench.post("/sandboxes/" + id + "/refreshes", "{}").status()).isEqualTo(204);
    assertThat(lifeOf(id)).isEqualTo(Duration.ofSeconds(300));
    assertThat(bench.post("/sandboxes/" + id + "/refreshes", "{\"duration\":3600}").status())
        .isEqualTo(204);
    assertThat(lifeOf(id)).isGreaterThanOrEqualTo(Duration.ofSeconds(3600));
    assertThat(bench.post("/sandboxes/" + id + "/refreshes", "{\"duration\":3601}").status())
        .isEqualTo(400);
  }

  @Test
  void expiresByItself() throws Exception {
    String id =
        bench.post("/sandboxes", "{\"templateID\":\"base\",\"timeout\":1}").text("sandboxID");
    Eventually.holds(() -> bench.node.killed().contains(new SandboxId(id)));
  }

  @Test
  void aCrashIsRememberedWithItsReason() throws Exception {
    String id = bench.create();
    bench.node.crash(
        new SandboxId(id),
        "vmm_exited",
        "the VMM exited with code 1",
        "Kernel panic",
        "last words");
    Eventually.holds(() -> bench.get("/sandboxes/" + id).status() == 404);
    assertThat(bench.get("/sandboxes/" + id).text("message"))
        .contains("vmm_exited")
        .contains("code 1");
    var timeline = bench.get("/atoll/v1/sandboxes/" + id + "/timeline");
    assertThat(timeline.object().object("end").text("reason")).contains("vmm_exited");
    assertThat(timeline.object().items("timeline")).hasSize(2);
    assertThat(bench.get("/sandboxes/" + id + "/logs").json().toString()).contains("Kernel panic");
    assertThat(bench.delete("/sandboxes/" + id).status()).isEqualTo(404);
  }

  @Test
  void ownRoutesTellTheHostsSide() {
    String id = bench.create();
    var inspection = bench.get("/atoll/v1/sandboxes/" + id + "/inspect");
    assertThat(inspection.status()).isEqualTo(200);
    assertThat(inspection.object().object("slot").text("tap")).contains("tap0");
    assertThat(inspection.object().object("slot").members()).containsEntry("veth", Json.NULL);
    assertThat(bench.get("/atoll/v1/node").object().items("templates")).hasSize(1);
    var logs = bench.get("/sandboxes/" + id + "/logs").object();
    assertThat(((Json.Obj) logs.items("logs").getLast()).text("line").orElseThrow())
        .contains("\"level\":\"info\"")
        .contains("ready");
    assertThat(
            bench
                .get("/v2/sandboxes/" + id + "/logs?direction=forward&search=boot")
                .object()
                .items("logs"))
        .hasSize(1);
    assertThat(bench.get("/sandboxes/" + id + "/metrics").json().toString()).isEqualTo("[]");
  }

  @Test
  void aSandboxJoinsANetworkOfItsTeam() {
    assertThat(bench.post("/atoll/v1/networks", "{\"name\":\"-dev\"}").text("reason"))
        .isEqualTo("network_name_invalid");
    assertThat(bench.post("/atoll/v1/networks", "{\"name\":\"dev\",\"subnet\":7}").status())
        .isEqualTo(400);
    var made = bench.post("/atoll/v1/networks", "{\"name\":\"dev\"}");
    assertThat(made.status()).isEqualTo(201);
    assertThat(made.text("subnet")).isEqualTo("192.168.100.0/24");
    assertThat(bench.post("/atoll/v1/networks", "{\"name\":\"dev\"}").status()).isEqualTo(409);
    var created =
        bench.post("/v2/sandboxes", "{\"templateID\":\"base\",\"sharedNetwork\":\"dev\"}");
    String id = created.text("sandboxID");
    assertThat(bench.node.created().getLast().network().name()).isEqualTo("dev");
    assertThat(bench.node.created().getLast().network().owner()).as("a team's own").isNotEmpty();
    var network = bench.get("/atoll/v1/sandboxes/" + id + "/inspect").object().object("network");
    assertThat(network.text("address")).contains("192.168.100.2/24");
    assertThat(
            bench.post("/v2/sandboxes", "{\"templateID\":\"base\",\"sharedNetwork\":[]}").status())
        .isEqualTo(400);
    assertThat(bench.delete("/atoll/v1/networks/dev").status()).isEqualTo(204);
    assertThat(bench.delete("/atoll/v1/networks/dev").text("reason"))
        .isEqualTo("network_not_found");
  }

  @Test
  void templatesAreSeenByNameAndId() {
    assertThat(bench.get("/templates").json().toString()).contains(FakeNode.BASE.id());
    assertThat(bench.get("/v2/templates").status()).isEqualTo(200);
    assertThat(bench.get("/templates/" + FakeNode.BASE.id()).object().items("builds")).hasSize(1);
    assertThat(bench.get("/templates/aliases/base").text("templateID"))
        .isEqualTo(FakeNode.BASE.id());
    assertThat(bench.get("/templates/aliases/default%2Fbase%3Adefault").status()).isEqualTo(200);
    assertThat(bench.get("/templates/aliases/other%2Fbase").status()).isEqualTo(404);
    assertThat(bench.get("/templates/aliases/nothing").status()).isEqualTo(404);
    assertThat(bench.delete("/templates/base").status()).isEqualTo(501);
    assertThat(bench.delete("/templates/default%2Fnothing%3Ax").status()).isEqualTo(404);
  }

  @Test
  void whatIsNotThereYetSaysSo() {
    String id = bench.create();
    var pause = bench.post("/sandboxes/" + id + "/pause", "{}");
    assertThat(pause.status()).isEqualTo(501);
    assertThat(pause.text("reason")).isEqualTo("not_implemented");
    assertThat(pause.header("should-retry")).isEqualTo("false");
    assertThat(bench.post("/sandboxes/iunknown/pause", "{}").status()).isEqualTo(404);
    assertThat(bench.post("/sandboxes/" + id + "/resume", "{}").status()).isEqualTo(409);
    assertThat(bench.get("/snapshots").json().toString()).isEqualTo("[]");
    assertThat(bench.post("/v2/sandboxes", "{\"templateID\":\"base\",\"autoPause\":true}").status())
        .isEqualTo(501);
  }

  @Test
  void healthNeedsNoKey() {
    assertThat(bench.send(bench.bare("/health").GET()).status()).isEqualTo(200);
    assertThat(bench.send(bench.bare("/health").HEAD()).status()).isEqualTo(200);
  }
}
