package atoll.cli.client;

import atoll.cli.home.Home;
import atoll.cli.report.CommandFailure;
import atoll.core.json.Json;
import atoll.core.json.JsonWriter;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The control API as the command line uses it. Blocking; safe for use by one thread at a time.
///
/// Fails with a [CommandFailure] that carries the API's own reason and hint.
public final class ControlClient {
  /// Longest start of a sandbox that the gate allows, with room for a cold host.
  private static final Duration CREATE = Duration.ofSeconds(120);

  private static final Duration CALL = Duration.ofSeconds(15);

  private final Http http;
  private final String apiKey;

  public ControlClient(String apiUrl, String apiKey) {
    this.http = new Http(apiUrl);
    this.apiKey = apiKey;
  }

  /// A client of the Atoll that runs in this home.
  public static ControlClient open(Home home) throws IOException {
    var credentials = Credentials.read(home);
    return new ControlClient(credentials.instance().apiUrl(), credentials.apiKey());
  }

  /// For another client of the same API.
  public String apiKey() {
    return apiKey;
  }

  /// Returns when the sandbox answers.
  public Json.Obj create(Json.Obj request) throws IOException {
    return call("POST", "/v2/sandboxes", request, CREATE).orFail("no sandbox was created").object();
  }

  /// Running sandboxes, newest first.
  public List<Json.Obj> list() throws IOException {
    return objects(
        call("GET", "/v2/sandboxes?state=running&limit=100", null, CALL)
            .orFail("cannot list the sandboxes"));
  }

  public Json.Obj info(String id) throws IOException {
    return info(id, CALL);
  }

  public Json.Obj info(String id, Duration within) throws IOException {
    return call("GET", "/sandboxes/" + segment(id), null, within).orFail("sandbox " + id).object();
  }

  /// False if there was no such sandbox.
  public boolean kill(String id) throws IOException {
    var reply = call("DELETE", "/sandboxes/" + segment(id), null, CREATE);
    if (reply.status() == 404) return false;
    reply.orFail("sandbox " + id + " was not killed");
    return true;
  }

  /// The host's side of a sandbox: slot, process, files, timeline.
  public Json.Obj inspect(String id) throws IOException {
    return call("GET", "/atoll/v1/sandboxes/" + segment(id) + "/inspect", null, CALL)
        .orFail("sandbox " + id)
        .object();
  }

  /// How well one sandbox is; empty where that is not known.
  public Optional<Json.Obj> health(String id) throws IOException {
    var reply = call("GET", "/atoll/v1/sandboxes/" + segment(id) + "/health", null, CALL);
    return reply.status() == 200 ? Optional.of(reply.object()) : Optional.empty();
  }

  /// How well all running sandboxes are, by id; those of which it is not known are not there.
  public Map<String, Json.Obj> health() throws IOException {
    var reply = call("GET", "/atoll/v1/health", null, CALL);
    var byId = new HashMap<String, Json.Obj>();
    if (reply.status() != 200 || !(reply.json() instanceof Json.Obj all)) return byId;
    for (Json each : all.items("sandboxes"))
      if (each instanceof Json.Obj health)
        health.text("sandboxId").ifPresent(id -> byId.put(id, health));
    return byId;
  }

  /// The stages of a sandbox's start, kept beyond its end.
  public Json.Obj timeline(String id) throws IOException {
    return timeline(id, CALL);
  }

  public Json.Obj timeline(String id, Duration within) throws IOException {
    return call("GET", "/atoll/v1/sandboxes/" + segment(id) + "/timeline", null, within)
        .orFail("sandbox " + id)
        .object();
  }

  /// Networks that sandboxes share.
  public List<Json.Obj> networks() throws IOException {
    return objects(
        call("GET", "/atoll/v1/networks", null, CALL).orFail("cannot list the networks"));
  }

  /// @param subnet null for one that the host does not use
  public Json.Obj createNetwork(String name, String subnet) throws IOException {
    return call("POST", "/atoll/v1/networks", Json.object("name", name, "subnet", subnet), CALL)
        .orFail("network " + name + " was not created")
        .object();
  }

  /// False if there was none.
  public boolean removeNetwork(String name) throws IOException {
    var reply = call("DELETE", "/atoll/v1/networks/" + segment(name), null, CALL);
    if (reply.status() == 404) return false;
    reply.orFail("network " + name + " was not removed");
    return true;
  }

  /// What the node is and how full it is.
  public Json.Obj node() throws IOException {
    return call("GET", "/atoll/v1/node", null, CALL).orFail("the node").object();
  }

  /// The last lines of the guest's console, oldest first.
  public List<String> console(String id, int lines) throws IOException {
    String path = "/sandboxes/" + segment(id) + "/logs?limit=" + lines;
    var reply = call("GET", path, null, CALL).orFail("sandbox " + id).object();
    return reply.items("logEntries").stream().map(ControlClient::message).toList();
  }

  private static String message(Json entry) {
    return entry instanceof Json.Obj fields ? fields.text("message").orElse("") : "";
  }

  public List<Json.Obj> templates() throws IOException {
    return objects(call("GET", "/templates", null, CALL).orFail("cannot list the templates"));
  }

  private Reply call(String method, String path, Json body, Duration within) throws IOException {
    byte[] bytes = body == null ? null : JsonWriter.write(body).getBytes(StandardCharsets.UTF_8);
    return http.send(
        method,
        path,
        Map.of("X-API-Key", apiKey, "Content-Type", "application/json"),
        bytes,
        within);
  }

  private static List<Json.Obj> objects(Reply reply) {
    var objects = new ArrayList<Json.Obj>();
    if (!(reply.json() instanceof Json.Arr(List<Json> items))) {
      throw CommandFailure.failed("bad_answer", "a list was expected from the API", null);
    }
    for (Json item : items) if (item instanceof Json.Obj object) objects.add(object);
    return objects;
  }

  private static String segment(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
