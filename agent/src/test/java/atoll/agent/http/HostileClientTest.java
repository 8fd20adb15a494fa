package atoll.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Clients that open much, say little, or say it slowly, against a server with few connections.
class HostileClientTest {
  private static final long LONG = TimeUnit.MINUTES.toNanos(1);
  private static final String HEALTH = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  private final List<Socket> clients = new ArrayList<>();
  private HttpServer server;

  private void start(int connections, long headNanos) throws IOException {
    var limits = new HttpServer.Limits(connections, headNanos);
    server = new HttpServer(HttpServer.listen("127.0.0.1", 0), HostileClientTest::answer, limits);
    Thread.ofPlatform().daemon().start(server::run);
  }

  private static void answer(Request request, Response response) throws IOException {
    if (request.path().equals("/large")) response.send(200, new byte[16 << 20]);
    else response.plain(401, "no");
  }

  @AfterEach
  void stop() throws Exception {
    for (Socket client : clients) client.close();
    server.close();
  }

  private Socket client(String sent) throws IOException {
    var client = new Socket(InetAddress.getLoopbackAddress(), server.port());
    clients.add(client);
    client.setSoTimeout(10_000);
    client.getOutputStream().write(sent.getBytes(StandardCharsets.ISO_8859_1));
    return client;
  }

  private static String answer(Socket client) throws IOException {
    byte[] bytes = new byte[512];
    int count = client.getInputStream().read(bytes);
    return count < 0 ? "" : new String(bytes, 0, count, StandardCharsets.ISO_8859_1);
  }

  @Test
  void whoSaysNothingGivesWayToWhoAsks() throws Exception {
    start(4, LONG);
    for (int i = 0; i < 20; i++) client("");
    for (int i = 0; i < 20; i++) client("GET / HT");
    for (int i = 0; i < 20; i++) client("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n");
    assertThat(answer(client(HEALTH))).startsWith("HTTP/1.1 401 ");
  }

  @Test
  void whoDoesNotReadGivesWayToWhoAsks() throws Exception {
    start(4, LONG);
    for (int i = 0; i < 12; i++) client("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
    assertThat(answer(client(HEALTH))).startsWith("HTTP/1.1 401 ");
  }

  @Test
  void aHeadThatDripsIsCutOff() throws Exception {
    start(4, TimeUnit.MILLISECONDS.toNanos(50));
    Socket slow = client("GET / HTTP/1.1\r\n");
    assertThat(answer(slow)).isEmpty();
  }

  @Test
  void onlyFewLargeHeadsAtOnce() throws Exception {
    start(64, LONG);
    String large = "GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(200_000);
    var refused = new ArrayList<Socket>();
    for (int i = 0; i < 24; i++) {
      try {
        refused.add(client(large));
      } catch (IOException closedBeforeItSentAll) {
        assertThat(i).isGreaterThanOrEqualTo(8);
      }
    }
    assertThat(answer(client(HEALTH))).startsWith("HTTP/1.1 401 ");
    assertThat(answer(refused.getLast())).startsWith("HTTP/1.1 431 ");
  }

  @Test
  void tooManyFieldsAreRefused() throws Exception {
    start(4, LONG);
    String head = "GET / HTTP/1.1\r\nHost: a\r\n" + "a: b\r\n".repeat(3000) + "\r\n";
    assertThat(answer(client(head))).startsWith("HTTP/1.1 431 ");
  }

  @Test
  void whoIsRefusedInTheMiddleOfABodyCanReadWhy() throws Exception {
    start(4, LONG);
    Socket client = client("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n");
    byte[] piece = new byte[1 << 20];
    for (int i = 0; i < 3; i++) client.getOutputStream().write(piece);
    assertThat(answer(client)).startsWith("HTTP/1.1 401 ");
  }

  @Test
  void aRequestWithTwoLengthsIsTheLastOfItsConnection() throws Exception {
    start(4, LONG);
    Socket client =
        client(
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "0\r\n\r\n"
                + HEALTH);
    client.shutdownOutput();
    var all = new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    assertThat(all.split("HTTP/1.1 ", -1)).as(all).hasSize(2);
    assertThat(all).contains("Connection: close");
  }

  @Test
  void targetsAreAsProxiesSendThem() throws Exception {
    start(64, LONG);
    for (String bad :
        new String[] {"GET a HTTP/1.1", "GET /%zz HTTP/1.1", "GET / b HTTP/1.1", "G@T / HTTP/1.1"})
      assertThat(answer(client(bad + "\r\nHost: a\r\n\r\n"))).as(bad).startsWith("HTTP/1.1 400 ");
    assertThat(answer(client("GET http://a/x HTTP/1.1\r\nHost: a\r\n\r\n")))
        .startsWith("HTTP/1.1 401 ");
  }
}
