package atoll.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import atoll.control.postgres.DatabaseAddress;
import atoll.control.postgres.EmbeddedPostgres;
import atoll.control.postgres.PostgresException;
import atoll.core.Refusal;
import atoll.core.SandboxId;
import atoll.core.json.Json;
import atoll.core.json.JsonReader;
import atoll.testkit.FakeNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Control goes and comes back on the same home.
@Tag("real")
class RestartTest {
  private final FakeNode node = new FakeNode();
  private final HttpClient client = HttpClient.newHttpClient();
  @TempDir Path home;

  @BeforeEach
  void lendBinaries() throws Exception {
    Bench.lendBinaries(home);
  }

  @AfterEach
  void takeBinariesBack() throws Exception {
    Files.delete(home.resolve("cache"));
  }

  private HttpResponse<String> send(
      Control control, String key, String method, String path, String body) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + control.address().getPort() + path))
            .header("X-API-Key", key)
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private String create(Control control, String key) throws Exception {
    String body = send(control, key, "POST", "/v2/sandboxes", "{\"templateID\":\"base\"}").body();
    return ((Json.Obj) JsonReader.read(body)).text("sandboxID").orElseThrow();
  }

  @Test
  void aDatabaseOfTheOperatorsOwnWillDo(@TempDir Path other) throws Exception {
    try (var postgres = EmbeddedPostgres.open(home)) {
      var config = ControlConfig.of(other, 0).withDatabase(postgres.address());
      try (var control = Control.open(config, node)) {
        create(control, control.firstKey().orElseThrow());
        assertThat(control.databasePid()).isZero();
        assertThat(other.resolve("postgres")).doesNotExist();
      }
      var wrong = new DatabaseAddress(postgres.address().url(), "atoll", "not the password");
      assertThatThrownBy(() -> Control.open(ControlConfig.of(other, 0).withDatabase(wrong), node))
          .isInstanceOf(Refusal.Unavailable.class)
          .hasMessageContaining("cannot be used")
          .hasMessageNotContaining("not the password");
    }
  }

  @Test
  void aBusyPortIsAnErrorThatLeavesNothing() throws Exception {
    try (var holder = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> Control.open(ControlConfig.of(home, holder.getLocalPort()), node))
          .isInstanceOf(java.io.IOException.class)
          .hasMessageContaining("cannot listen");
    }
    try (var control = Control.open(ControlConfig.of(home, 0), node)) {
      assertThat(control.firstKey()).isPresent();
    }
  }

  @Test
  void stateSurvivesAndLostSandboxesAreEnded() throws Exception {
    String key;
    String kept;
    String lost;
    try (var control = Control.open(ControlConfig.of(home, 0), node)) {
      key = control.firstKey().orElseThrow();
      assertThat(key).matches("e2b_[0-9a-f]{40}");
      kept = create(control, key);
      lost = create(control, key);
      assertThatThrownBy(() -> Control.open(ControlConfig.of(home, 0), node))
          .isInstanceOf(PostgresException.class)
          .hasMessageContaining("in use");
    }
    node.lose(new SandboxId(lost));
    try (var control = Control.open(ControlConfig.of(home, 0).withConcurrentSandboxes(2), node)) {
      assertThat(control.firstKey()).isEmpty();
      assertThat(send(control, key, "GET", "/sandboxes/" + kept, "").statusCode()).isEqualTo(200);
      assertThat(send(control, key, "GET", "/sandboxes/" + lost, "").body())
          .contains("\"code\":404")
          .contains("lost");
      create(control, key);
      var full = send(control, key, "POST", "/v2/sandboxes", "{\"templateID\":\"base\"}");
      assertThat(full.statusCode()).isEqualTo(429);
      assertThat(full.headers().firstValue("retry-after")).contains("1");
      assertThat(
              send(control, control.newKey("second"), "DELETE", "/sandboxes/" + kept, "")
                  .statusCode())
          .isEqualTo(204);
    }
  }
}
