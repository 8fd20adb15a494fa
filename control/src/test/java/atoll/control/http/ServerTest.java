package atoll.control.http;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.core.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The server's bounds, with a handler that waits when asked to.
class ServerTest {
  private static final ServerLimits TIGHT =
      new ServerLimits(
          100, 1, 3, Duration.ofMillis(200), Duration.ofMillis(500), Duration.ofSeconds(5));

  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch go = new CountDownLatch(1);
  private Server server;

  @BeforeEach
  void open() throws IOException {
    server =
        Server.open(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), TIGHT, this::handle);
  }

  @AfterEach
  void close() {
    go.countDown();
    server.close();
  }

  private Reply handle(Request request) {
    if (!request.target().segments().equals(java.util.List.of("wait")))
      return Reply.ok(
          Json.object(
              "big", "x".repeat(request.target().segments().contains("large") ? 50_000 : 1)));
    entered.countDown();
    try {
      return Reply.ok(Json.object("waited", go.await(10, TimeUnit.SECONDS)));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Socket connect() throws IOException {
    var socket = new Socket(server.address().getAddress(), server.address().getPort());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String all(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static String firstLine(Socket socket) throws IOException {
    var line = new StringBuilder();
    InputStream in = socket.getInputStream();
    for (int c = in.read(); c >= 0 && c != '\r'; c = in.read()) line.append((char) c);
    return line.toString();
  }

  @Test
  void requestsBeyondTheBoundAreToldToComeBack() throws Exception {
    try (var first = connect();
        var second = connect()) {
      send(first, "GET /wait HTTP/1.1\r\n\r\n");
      assertThat(entered.await(5, TimeUnit.SECONDS)).isTrue();
      send(second, "GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
      assertThat(all(second))
          .startsWith("HTTP/1.1 503")
          .contains("Should-Retry: true")
          .contains("Retry-After: 1")
          .contains("\"code\":503");
      go.countDown();
      assertThat(firstLine(first)).isEqualTo("HTTP/1.1 200 OK");
    }
  }

  @Test
  void connectionsBeyondTheBoundAreToldToComeBack() throws Exception {
    try (var a = connect();
        var b = connect();
        var c = connect();
        var d = connect()) {
      assertThat(firstLine(d)).startsWith("HTTP/1.1 503");
      a.close();
      send(b, "GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
      assertThat(all(b)).contains("200");
      send(c, "GET / HTTP/1.1\r\nConnection: close\r\n\r\n"); // alone: one request is the bound
      assertThat(firstLine(c)).contains("HTTP/1.1");
    }
  }

  @Test
  void silentConnectionsAreClosedAndSlowOnesTold() throws Exception {
    try (var silent = connect();
        var slow = connect()) {
      send(slow, "GET / HT");
      assertThat(all(slow)).startsWith("HTTP/1.1 408");
      assertThat(all(silent)).isEmpty();
    }
  }

  @Test
  void closingAnswersWhatIsBeingAsked() throws Exception {
    try (var busy = connect();
        var idle = connect()) {
      send(busy, "GET /wait HTTP/1.1\r\n\r\n");
      assertThat(entered.await(5, TimeUnit.SECONDS)).isTrue();
      var closing = CompletableFuture.runAsync(server::close);
      assertThat(all(idle)).isEmpty();
      go.countDown();
      assertThat(all(busy)).startsWith("HTTP/1.1 200").contains("connection: close");
      closing.get(10, TimeUnit.SECONDS);
    }
  }

  /// A client that asks and asks and never reads: its window fills, and then it is not read from
  /// any more.
  @Test
  void aClientThatDoesNotReadIsNotReadFrom() throws Exception {
    try (var socket = connect()) {
      byte[] request =
          "GET /large HTTP/1.1\r\n\r\n".repeat(1000).getBytes(StandardCharsets.ISO_8859_1);
      var sending = CompletableFuture.supplyAsync(() -> sendUntilRefused(socket, request));
      assertThat(sending.get(20, TimeUnit.SECONDS)).isLessThan(200L << 20);
    }
  }

  /// The server gives up on it after its idle limit; the write then fails.
  private static long sendUntilRefused(Socket socket, byte[] request) {
    long sent = 0;
    try {
      while (sent < 400L << 20) {
        socket.getOutputStream().write(request);
        sent += request.length;
      }
    } catch (IOException closed) {
      return sent;
    }
    return sent;
  }
}
