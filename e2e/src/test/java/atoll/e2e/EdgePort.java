package atoll.e2e;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/// One port of one sandbox, as its users reach it.
final class EdgePort {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final HttpClient client = HttpClient.newHttpClient();
  private final Atoll atoll;
  private final String sandbox;
  private final int port;

  EdgePort(Atoll atoll, String sandbox, int port) {
    this.atoll = atoll;
    this.sandbox = sandbox;
    this.port = port;
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(atoll.environment().get("E2B_SANDBOX_URL") + path))
            .header("E2b-Sandbox-Id", sandbox)
            .header("E2b-Sandbox-Port", Integer.toString(port))
            .timeout(PATIENCE)
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  int status(String path) throws IOException, InterruptedException {
    return get(path).statusCode();
  }

  /// Whether it answers with this text now.
  boolean answers(String text) throws IOException, InterruptedException {
    HttpResponse<String> reply = get("/");
    return reply.statusCode() == 200 && reply.body().equals(text);
  }
}
