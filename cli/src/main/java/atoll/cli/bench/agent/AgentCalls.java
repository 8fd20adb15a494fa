package atoll.cli.bench.agent;

import atoll.core.json.Json;
import atoll.protocol.agent.Envelope;
import atoll.protocol.http.HttpClient;
import atoll.protocol.http.HttpHeaders;
import atoll.protocol.http.HttpReply;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// What the benchmark asks of an agent, over one kept connection. One caller at a time.
public record AgentCalls(HttpClient http) implements AutoCloseable {
  private static final int MESSAGE_LIMIT = 1 << 22;
  private static final int ANSWER_LIMIT = 16 << 20;
  private static final byte[] HI = start("sh", "-c", "echo hi");

  public void health() throws IOException {
    expect(204, http.send("GET", "/health", new HttpHeaders(), null, NativeAgent.soon()));
  }

  public int unary(String method, Json request) throws IOException {
    var headers = new HttpHeaders().add("Content-Type", "application/json");
    byte[] body = request.toString().getBytes(StandardCharsets.UTF_8);
    return expect(200, http.send("POST", "/" + method, headers, body, NativeAgent.soon()));
  }

  /// `sh -c 'echo hi'` to its end.
  public void exec() throws IOException {
    byte[] answer = stream(HI).bytes(1 << 16);
    if (!new String(answer, StandardCharsets.UTF_8).contains("aGkK"))
      throw new IOException("exec failed");
  }

  /// Runs a command and counts the bytes of its standard output, as they come base64-coded.
  public long output(String... command) throws IOException {
    InputStream in = stream(start(command)).body();
    long encoded = 0;
    boolean ended = false;
    for (var e = Envelope.read(in, MESSAGE_LIMIT);
        e != null;
        e = Envelope.read(in, MESSAGE_LIMIT)) {
      String text = new String(e.payload(), StandardCharsets.ISO_8859_1);
      if (text.contains("\"stdout\":\""))
        encoded += text.lastIndexOf('"') - text.indexOf("\"stdout\":\"") - 10;
      ended |= text.contains("\"end\":");
    }
    if (!ended) throw new IOException("the command's end is missing");
    return encoded;
  }

  /// Starts a command; its first event has come when this returns.
  public InputStream open(String... command) throws IOException {
    InputStream in = stream(start(command)).body();
    Envelope first = Envelope.read(in, MESSAGE_LIMIT);
    if (first == null || !new String(first.payload(), StandardCharsets.UTF_8).contains("\"start\""))
      throw new IOException("no start event");
    return in;
  }

  /// Reads such a command to its end; whether the end event came and its output held `marker`.
  public static boolean complete(InputStream in, String marker) throws IOException {
    var text = new StringBuilder();
    for (var e = Envelope.read(in, MESSAGE_LIMIT); e != null; e = Envelope.read(in, MESSAGE_LIMIT))
      text.append(new String(e.payload(), StandardCharsets.UTF_8));
    return text.indexOf("\"end\"") >= 0 && text.indexOf(marker) >= 0;
  }

  public void upload(Path file, InputStream body, long size) throws IOException {
    var headers = new HttpHeaders().add("Content-Type", "application/octet-stream");
    String target = "/files?path=" + file;
    expect(200, http.send("POST", target, headers, body, size, NativeAgent.soon()));
  }

  /// Reads a file and drops it; how many bytes it had.
  public long download(Path file, byte[] buffer) throws IOException {
    var headers = new HttpHeaders().add("Accept-Encoding", "identity");
    HttpReply reply = http.send("GET", "/files?path=" + file, headers, null, NativeAgent.soon());
    if (reply.status() != 200) throw new IOException("download answered " + reply.status());
    long total = 0;
    for (int n = reply.body().read(buffer); n >= 0; n = reply.body().read(buffer)) total += n;
    return total;
  }

  private HttpReply stream(byte[] request) throws IOException {
    var headers =
        new HttpHeaders()
            .add("Content-Type", "application/connect+json")
            .add("Connect-Protocol-Version", "1");
    HttpReply reply =
        http.send("POST", "/process.Process/Start", headers, request, NativeAgent.soon());
    if (reply.status() != 200) throw new IOException("Start answered " + reply.status());
    return reply;
  }

  private static byte[] start(String... command) {
    Json process =
        Json.object("cmd", command[0], "args", List.of(command).subList(1, command.length));
    return Envelope.of(
        Json.object("process", process, "stdin", false)
            .toString()
            .getBytes(StandardCharsets.UTF_8));
  }

  private static int expect(int status, HttpReply reply) throws IOException {
    int size = reply.bytes(ANSWER_LIMIT).length;
    if (reply.status() != status)
      throw new IOException("the agent answered " + reply.status() + ", not " + status);
    return size;
  }

  @Override
  public void close() throws IOException {
    http.close();
  }
}
