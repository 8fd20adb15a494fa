package atoll.cli.bench;

import atoll.cli.client.ControlClient;
import atoll.cli.home.Instance;
import atoll.core.Connection;
import atoll.core.Deadline;
import atoll.core.SandboxId;
import atoll.core.json.Json;
import atoll.linux.kernel.Fd;
import atoll.linux.net.FdSocket;
import atoll.protocol.agent.AgentClient;
import atoll.protocol.agent.Envelope;
import atoll.protocol.http.HttpClient;
import atoll.protocol.http.HttpHeaders;
import atoll.protocol.http.SocketConnection;
import atoll.protocol.node.GuestDialer;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/// A steady exec of `sh -c 'echo hi'`, through the edge and straight to the agent, each over one
/// kept connection.
final class ExecBench {
  private static final Duration CALL = Duration.ofSeconds(30);
  private static final int WARM_UP = 30;
  private static final byte[] START =
      Envelope.of(
          "{\"process\":{\"cmd\":\"sh\",\"args\":[\"-c\",\"echo hi\"]},\"stdin\":false}"
              .getBytes(StandardCharsets.UTF_8));

  private ExecBench() {}

  static List<Figure> run(Instance instance, ControlClient control, GuestDialer dialer, int rounds)
      throws Exception {
    var sandbox = control.create(StartBench.request());
    String id = StartBench.id(sandbox);
    try (var edge = new HttpClient(new SocketConnection(socket(instance.sandboxUrl())));
        var direct = new HttpClient(inside(dialer, id))) {
      var headers = headers(sandbox);
      double early = Samples.take(WARM_UP, () -> exec(edge, headers)).median();
      Samples.take(WARM_UP, () -> exec(direct, headers));
      var throughEdge = new double[rounds];
      var straight = new double[rounds];
      for (int i = 0; i < rounds; i++) {
        throughEdge[i] = Samples.once(() -> exec(edge, headers));
        straight[i] = Samples.once(() -> exec(direct, headers));
      }
      double p50 = Samples.of(throughEdge).median();
      return List.of(
          Figure.atMost("steady exec of sh -c 'echo hi' through the edge", p50, "ms", 25, rounds),
          Figure.ratio(
              "the same",
              p50,
              "ms",
              "a direct call to the agent",
              Samples.of(straight).median(),
              1.15,
              rounds),
          Figure.ratio(
              "the first " + WARM_UP + " commands of a new sandbox",
              early,
              "ms",
              "later ones",
              p50,
              1.5,
              WARM_UP));
    } finally {
      control.kill(id);
    }
  }

  static void exec(HttpClient client, HttpHeaders headers) throws IOException {
    var reply = client.send("POST", "/process.Process/Start", headers, START, Deadline.after(CALL));
    byte[] body = reply.bytes(1 << 16);
    if (reply.status() != 200 || !new String(body, StandardCharsets.UTF_8).contains("aGkK"))
      throw new IOException("exec failed");
  }

  static HttpHeaders headers(Json.Obj sandbox) {
    var headers =
        new HttpHeaders()
            .add("E2b-Sandbox-Id", StartBench.id(sandbox))
            .add("E2b-Sandbox-Port", Integer.toString(AgentClient.PORT))
            .add("Content-Type", "application/connect+json")
            .add("Connect-Protocol-Version", "1");
    sandbox.text("envdAccessToken").ifPresent(token -> headers.add("X-Access-Token", token));
    return headers;
  }

  private static Socket socket(String url) throws IOException {
    var uri = URI.create(url);
    var socket = new Socket(uri.getHost(), uri.getPort());
    socket.setTcpNoDelay(true);
    return socket;
  }

  static Connection inside(GuestDialer dialer, String id) throws IOException {
    var route = dialer.route(new SandboxId(id)).orElseThrow();
    var address = (Inet4Address) Inet4Address.ofLiteral(route.guestAddress());
    return FdSocket.connect(
        new Fd(dialer.socket(route)), address, AgentClient.PORT, Deadline.after(CALL));
  }
}
