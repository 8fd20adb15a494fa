package atoll.agent;

import atoll.core.Connection;
import atoll.core.Deadline;
import atoll.core.json.Json;
import atoll.core.json.JsonReader;
import atoll.protocol.agent.AgentClient;
import atoll.protocol.agent.Envelope;
import atoll.protocol.http.HttpClient;
import atoll.protocol.http.HttpHeaders;
import atoll.protocol.http.HttpReply;
import atoll.protocol.http.SocketConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// An agent on a free loopback port in this JVM, which leaves the machine's clock and name alone.
final class RunningAgent implements AutoCloseable {
  /// A reply read to its end.
  record Answer(int status, HttpHeaders headers, byte[] bytes) {
    String text() {
      return new String(bytes, StandardCharsets.UTF_8);
    }

    Json.Obj json() {
      return JsonReader.readObject(bytes);
    }
  }

  final Agent agent;
  private HttpClient client;

  RunningAgent() throws IOException {
    agent = new Agent(new AgentConfig("127.0.0.1", 0, false));
    Thread.ofPlatform().daemon().name("agent").start(agent::run);
    client = client();
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(20));
  }

  Connection connection() throws IOException {
    return new SocketConnection(new Socket(InetAddress.getLoopbackAddress(), agent.port()));
  }

  HttpClient client() throws IOException {
    return new HttpClient(connection());
  }

  AgentClient agentClient(String token) throws IOException {
    return new AgentClient(connection(), token);
  }

  static HttpHeaders headers(String... namesAndValues) {
    var headers = new HttpHeaders();
    for (int i = 0; i < namesAndValues.length; i += 2)
      headers.add(namesAndValues[i], namesAndValues[i + 1]);
    return headers;
  }

  Answer send(String method, String target, byte[] body, String... headers) throws IOException {
    HttpReply reply = client.send(method, target, headers(headers), body, soon());
    var answer = new Answer(reply.status(), reply.headers(), reply.bytes(64 << 20));
    if (reply.headers().lists("Connection", "close")) {
      client.close();
      client = client();
    }
    return answer;
  }

  Answer get(String target, String... headers) throws IOException {
    return send("GET", target, null, headers);
  }

  /// A unary call.
  Answer call(String method, Object message, String... headers) throws IOException {
    String[] all = java.util.Arrays.copyOf(headers, headers.length + 2);
    all[headers.length] = "Content-Type";
    all[headers.length + 1] = "application/json";
    return send("POST", "/" + method, message.toString().getBytes(StandardCharsets.UTF_8), all);
  }

  /// A streaming call on its own connection, left open.
  Stream stream(String method, Json message, String... headers) throws IOException {
    HttpClient own = client();
    HttpHeaders all = headers(headers).add("Content-Type", "application/connect+json");
    byte[] body = Envelope.of(message.toString().getBytes(StandardCharsets.UTF_8));
    return new Stream(own, own.send("POST", "/" + method, all, body, soon()));
  }

  /// The messages of one streaming call.
  record Stream(HttpClient client, HttpReply reply) implements AutoCloseable {
    Json.Obj next() throws IOException {
      Envelope envelope = Envelope.read(reply.body(), 1 << 22);
      return envelope == null ? null : JsonReader.readObject(envelope.payload());
    }

    List<Json.Obj> all() throws IOException {
      var messages = new ArrayList<Json.Obj>();
      for (Json.Obj m = next(); m != null; m = next()) messages.add(m);
      return messages;
    }

    int pid() throws IOException {
      return next().object("event").object("start").whole("pid").orElseThrow().intValue();
    }

    @Override
    public void close() throws IOException {
      client.close();
    }
  }

  @Override
  public void close() throws IOException {
    client.close();
    agent.close();
  }
}
