package atoll.protocol.agent;

import atoll.core.Connection;
import atoll.core.Deadline;
import atoll.core.json.Json;
import atoll.protocol.http.HttpClient;
import atoll.protocol.http.HttpHeaders;
import atoll.protocol.http.HttpReply;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// The host's side of one connection to a guest agent.
///
/// - **Owner** owns the connection, which stays open between calls; not usable after an
///   [IOException] other than [AgentException].
/// - **Threads** one at a time; each call blocks up to its deadline.
/// - **Hostile peer** whatever a guest sends is bounded before it is kept.
public final class AgentClient implements AutoCloseable {
  /// The port every guest agent listens on.
  public static final int PORT = 49983;

  private static final int REPLY_LIMIT = 1 << 20;

  private final HttpClient http;
  private final String token;

  /// @param token the agent's access token, or null for an open agent
  public AgentClient(Connection connection, String token) throws IOException {
    this.http = new HttpClient(connection);
    this.token = token;
  }

  /// Whether the agent says that it is well.
  public boolean health(Deadline deadline) throws IOException {
    HttpReply reply = http.send("GET", "/health", new HttpHeaders(), null, deadline);
    reply.bytes(REPLY_LIMIT);
    return reply.status() == 204;
  }

  /// Gives the agent its identity and state; may be repeated. Answers the agent's version.
  public String init(InitRequest request, Deadline deadline) throws IOException {
    return init(request.json(), deadline);
  }

  /// Tells the agent that a snapshot of its guest follows: from then on, in every clone, it answers
  /// nothing but `/health` until it is given an identity again.
  public void seal(Deadline deadline) throws IOException {
    Json body = Json.object("accessToken", token, "sealed", true);
    init(body.toString().getBytes(StandardCharsets.UTF_8), deadline);
  }

  private String init(byte[] request, Deadline deadline) throws IOException {
    var headers = new HttpHeaders().add("Content-Type", "application/json");
    HttpReply reply = http.send("POST", "/init", headers, request, deadline);
    byte[] body = reply.bytes(REPLY_LIMIT);
    if (reply.status() != 204) throw refused(reply, body);
    String version = reply.headers().first("X-Envd-Version");
    return version == null ? "0.0.0" : version;
  }

  /// Runs a command to its end. At the deadline the agent kills it and this fails.
  ///
  /// @param outputLimit bytes kept of standard output and of standard error; more is refused
  public ExecResult exec(ExecRequest request, int outputLimit, Deadline deadline)
      throws IOException {
    var headers = headers(request.user(), "application/connect+json");
    headers
        .add("Connect-Protocol-Version", "1")
        .add("Connect-Timeout-Ms", Integer.toString(deadline.leftMillis()));
    byte[] body = Envelope.of(ExecMessages.start(request));
    HttpReply reply = http.send("POST", "/process.Process/Start", headers, body, deadline);
    if (reply.status() != 200) throw refused(reply, reply.bytes(REPLY_LIMIT));
    return new ExecCollector(outputLimit).collect(reply.body());
  }

  /// Writes a file, its parent directories made; `length` bytes, or chunked if negative.
  public void upload(String path, String user, InputStream body, long length, Deadline deadline)
      throws IOException {
    HttpReply reply =
        http.send(
            "POST",
            files(path, user),
            headers(null, "application/octet-stream"),
            body,
            length,
            deadline);
    byte[] answer = reply.bytes(REPLY_LIMIT);
    if (reply.status() != 200) throw refused(reply, answer);
  }

  /// Reads a file of at most `limit` bytes.
  public byte[] download(String path, String user, int limit, Deadline deadline)
      throws IOException {
    HttpReply reply = http.send("GET", files(path, user), headers(null, null), null, deadline);
    byte[] bytes = reply.bytes(limit);
    if (reply.status() != 200) throw refused(reply, bytes);
    return bytes;
  }

  private static String files(String path, String user) {
    String target = "/files?path=" + URLEncoder.encode(path, StandardCharsets.UTF_8);
    return user == null
        ? target
        : target + "&username=" + URLEncoder.encode(user, StandardCharsets.UTF_8);
  }

  private HttpHeaders headers(String user, String type) {
    var headers = new HttpHeaders();
    if (type != null) headers.add("Content-Type", type);
    if (token != null) headers.add("X-Access-Token", token);
    if (user == null) return headers;
    byte[] name = (user + ":").getBytes(StandardCharsets.UTF_8);
    return headers.add("Authorization", "Basic " + Base64.getEncoder().encodeToString(name));
  }

  private static AgentException refused(HttpReply reply, byte[] body) {
    var text = new String(body, 0, Math.min(body.length, 500), StandardCharsets.UTF_8);
    return new AgentException("http_" + reply.status(), text);
  }

  @Override
  public void close() throws IOException {
    http.close();
  }
}
