package atoll.control;

import atoll.control.http.ServerLimits;
import atoll.core.json.Json;
import atoll.core.json.JsonReader;
import atoll.testkit.FakeNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// One control with a real embedded database and a fake node, shared by all tests of this JVM;
/// ended with it.
public final class Bench {
  private static Bench shared;

  public final FakeNode node = new FakeNode();
  public final Path home;
  public final Control control;
  public final String key;
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  private Bench() throws IOException {
    home = Files.createTempDirectory("atoll-control-");
    control = Control.open(config(home), node);
    key = control.firstKey().orElseThrow();
    Runtime.getRuntime().addShutdownHook(new Thread(this::end));
  }

  /// As in production but impatient: tests of slow clients wait this long.
  private static ControlConfig config(Path home) {
    var limits =
        new ServerLimits(
            1 << 20,
            256,
            1024,
            Duration.ofSeconds(3),
            Duration.ofSeconds(60),
            Duration.ofSeconds(10));
    ControlConfig standard = ControlConfig.of(home, 0);
    return new ControlConfig(
        home, standard.listen(), null, "local", null, 1000, Duration.ofHours(24), limits);
  }

  public static synchronized Bench shared() {
    try {
      if (shared == null) shared = new Bench();
      return shared;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Lets another home use the database programs of the shared one: unpacking once for all tests is
  /// enough.
  public static void lendBinaries(Path home) throws IOException {
    Files.createSymbolicLink(home.resolve("cache"), shared().home.resolve("cache"));
  }

  private void end() {
    control.close();
    delete(home);
  }

  public static void delete(Path folder) {
    try (var inside = Files.walk(folder)) {
      for (Path path : inside.sorted(java.util.Comparator.reverseOrder()).toList())
        Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// An answer, its body read as JSON; null for an empty one.
  public record Answer(int status, Json json, HttpResponse<byte[]> raw) {
    public Json.Obj object() {
      return (Json.Obj) json;
    }

    public String text(String member) {
      return object().text(member).orElse(null);
    }

    public String header(String name) {
      return raw.headers().firstValue(name).orElse(null);
    }
  }

  public Answer get(String path) {
    return send(request(path).GET());
  }

  public Answer delete(String path) {
    return send(request(path).DELETE());
  }

  public Answer post(String path, String body) {
    return send(request(path).POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  public Answer put(String path, String body) {
    return send(request(path).PUT(HttpRequest.BodyPublishers.ofString(body)));
  }

  /// With the key already set.
  public HttpRequest.Builder request(String path) {
    return bare(path).header("X-API-Key", key);
  }

  public HttpRequest.Builder bare(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
        .timeout(Duration.ofSeconds(30));
  }

  public int port() {
    return control.address().getPort();
  }

  public Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<byte[]> raw =
          client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      return new Answer(
          raw.statusCode(), raw.body().length == 0 ? null : JsonReader.read(raw.body()), raw);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// A new sandbox's id.
  public String create() {
    Answer answer = post("/v2/sandboxes", "{\"templateID\":\"base\"}");
    if (answer.status() != 201) throw new AssertionError(answer.status() + " " + answer.json());
    return answer.text("sandboxID");
  }
}
