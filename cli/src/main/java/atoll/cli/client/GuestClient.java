package atoll.cli.client;

import atoll.cli.report.CommandFailure;
import atoll.core.Deadline;
import atoll.core.json.Json;
import atoll.core.json.JsonReader;
import atoll.core.json.JsonWriter;
import atoll.protocol.agent.AgentClient;
import atoll.protocol.agent.Envelope;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The agent of one sandbox, reached through the edge. Blocking; each call has a connection of its
/// own.
public final class GuestClient {
  private static final Duration CALL = Duration.ofSeconds(30);

  /// Quiet programs send a keepalive every 50 s; three missing ones mean that nobody is there.
  private static final int KEEPALIVE_SECONDS = 50;

  /// Far above what an agent sends at once: 64 KiB of output in base64.
  private static final int LONGEST = 16 << 20;

  private static final Duration SILENCE = Duration.ofSeconds(3L * KEEPALIVE_SECONDS);

  private final Http http;
  private final Map<String, String> headers;

  /// @param sandbox as the control API described it at create, or on demand
  public GuestClient(String sandboxUrl, Json.Obj sandbox) {
    this.http = new Http(sandboxUrl);
    var routing = new LinkedHashMap<String, String>();
    routing.put("E2b-Sandbox-Id", sandbox.text("sandboxID").orElseThrow());
    routing.put("E2b-Sandbox-Port", Integer.toString(AgentClient.PORT));
    sandbox.text("envdAccessToken").ifPresent(token -> routing.put("X-Access-Token", token));
    this.headers = Map.copyOf(routing);
  }

  /// Runs a program to its end and returns its exit code, -1 if a signal ended it.
  public int run(ProcessRequest request, ProcessOutput output) throws IOException {
    byte[] body = Envelope.of(bytes(request.json()));
    try (var stream =
        http.stream(
            "POST",
            "/process.Process/Start",
            startHeaders(request),
            body,
            Deadline.after(SILENCE))) {
      return follow(stream, output);
    }
  }

  private static int follow(Http.Stream stream, ProcessOutput output) throws IOException {
    int exitCode = -1;
    while (true) {
      stream.connection().deadline(Deadline.after(SILENCE));
      var message = Envelope.read(stream.body(), LONGEST);
      if (message == null)
        throw CommandFailure.failed(
            "stream_cut", "the program's output ended early", "was the sandbox killed?");
      var json = JsonReader.readObject(message.payload());
      if (message.end()) return ended(json.object("error"), exitCode);
      var event = json.object("event");
      event
          .get("start")
          .ifPresent(_ -> output.started(event.object("start").whole("pid").orElse(0L)));
      piece(event, "stdout").ifPresent(output::stdout);
      piece(event, "stderr").ifPresent(output::stderr);
      if (event.get("end").isPresent())
        exitCode = Math.toIntExact(event.object("end").whole("exitCode").orElse(0L));
    }
  }

  private static int ended(Json.Obj error, int exitCode) {
    if (error.members().isEmpty()) return exitCode;
    String code = error.text("code").orElse("unknown");
    throw CommandFailure.failed(
        "guest_" + code, "in the guest: " + error.text("message").orElse(code), null);
  }

  private static Optional<byte[]> piece(Json.Obj event, String stream) {
    return event.object("data").text(stream).map(Base64.getDecoder()::decode);
  }

  /// Sends input to a running program.
  public void input(long pid, byte[] bytes) throws IOException {
    var input = Json.object("stdin", Base64.getEncoder().encodeToString(bytes));
    unary("SendInput", Json.object("process", Json.object("pid", pid), "input", input));
  }

  /// Ends a program's input.
  public void closeInput(long pid) throws IOException {
    unary("CloseStdin", Json.object("process", Json.object("pid", pid)));
  }

  /// Sends a program the signal KILL.
  public void kill(long pid) throws IOException {
    unary(
        "SendSignal", Json.object("process", Json.object("pid", pid), "signal", "SIGNAL_SIGKILL"));
  }

  /// Writes a file in the guest as its default user.
  public void upload(String path, byte[] content) throws IOException {
    var all = with("Content-Type", "application/octet-stream");
    http.send("POST", "/files?path=" + encoded(path), all, content, CALL)
        .orFail("upload of " + path);
  }

  public byte[] download(String path) throws IOException {
    return http.send("GET", "/files?path=" + encoded(path), headers, null, CALL)
        .orFail("download of " + path)
        .body();
  }

  private void unary(String method, Json.Obj message) throws IOException {
    var all = with("Content-Type", "application/json");
    http.send("POST", "/process.Process/" + method, all, bytes(message), CALL).orFail(method);
  }

  private Map<String, String> startHeaders(ProcessRequest request) {
    var all = with("Content-Type", "application/connect+json");
    all.put("Connect-Protocol-Version", "1");
    all.put("Keepalive-Ping-Interval", Integer.toString(KEEPALIVE_SECONDS));
    if (request.timeoutSeconds() > 0)
      all.put("Connect-Timeout-Ms", Long.toString(request.timeoutSeconds() * 1000L));
    if (request.user() != null) all.put("Authorization", "Basic " + basic(request.user()));
    return all;
  }

  private Map<String, String> with(String name, String value) {
    var all = new LinkedHashMap<>(headers);
    all.put(name, value);
    return all;
  }

  private static String basic(String user) {
    return Base64.getEncoder().encodeToString((user + ":").getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] bytes(Json json) {
    return JsonWriter.write(json).getBytes(StandardCharsets.UTF_8);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
