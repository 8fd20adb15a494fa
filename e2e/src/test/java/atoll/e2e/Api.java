package atoll.e2e;

import atoll.core.json.Json;
import atoll.core.json.JsonReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// The control API and the edge of one Atoll, asked without any SDK, so that every answer can be
/// looked at.
final class Api {
  private static final Duration LIMIT = Project.atMost(Duration.ofSeconds(120));

  private static final String CREATION =
      Json.object("templateID", "base", "timeout", LIMIT.toSeconds()).toString();

  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final Map<String, String> environment;

  Api(Atoll atoll) {
    environment = atoll.environment();
  }

  /// An answer whose body is JSON; null for an empty one.
  record Answer(int status, Json json) {
    String text(String member) {
      return json instanceof Json.Obj o ? o.text(member).orElse("") : "";
    }

    @Override
    public String toString() {
      return status + " " + json;
    }
  }

  Answer create() throws IOException, InterruptedException {
    return post("/v2/sandboxes", CREATION);
  }

  CompletableFuture<Answer> createLater() {
    return client
        .sendAsync(posting("/v2/sandboxes", CREATION), HttpResponse.BodyHandlers.ofByteArray())
        .thenApply(Api::answer);
  }

  Answer post(String path, String body) throws IOException, InterruptedException {
    return send(posting(path, body));
  }

  private HttpRequest posting(String path, String body) {
    return request(path)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  Answer get(String path) throws IOException, InterruptedException {
    return send(request(path).GET().build());
  }

  Answer delete(String path) throws IOException, InterruptedException {
    return send(request(path).DELETE().build());
  }

  /// Ids of all running sandboxes.
  List<String> running() throws IOException, InterruptedException {
    var answer = get("/v2/sandboxes?state=running");
    if (answer.status() != 200) throw new AssertionError(answer.toString());
    return ((Json.Arr) answer.json())
        .items().stream().map(s -> ((Json.Obj) s).text("sandboxID").orElseThrow()).toList();
  }

  /// The agent's health as the SDKs see it: through the edge.
  Answer health(String sandbox) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(environment.get("E2B_SANDBOX_URL") + "/health"))
            .timeout(LIMIT)
            .header("E2b-Sandbox-Id", sandbox)
            .header("E2b-Sandbox-Port", "49983")
            .build();
    return send(request);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(environment.get("E2B_API_URL") + path))
        .timeout(LIMIT)
        .header("X-API-Key", environment.get("E2B_API_KEY"));
  }

  private Answer send(HttpRequest request) throws IOException, InterruptedException {
    return answer(client.send(request, HttpResponse.BodyHandlers.ofByteArray()));
  }

  private static Answer answer(HttpResponse<byte[]> reply) {
    return new Answer(
        reply.statusCode(), reply.body().length == 0 ? null : JsonReader.read(reply.body()));
  }
}
