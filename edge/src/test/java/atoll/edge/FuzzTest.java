package atoll.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Requests with lies in them. Whatever is sent, the guest sees no request that the edge did not
/// see as one, and the edge goes on serving others. A seed is the whole bug report.
@Timeout(60)
class FuzzTest {
  private static final String ID = EdgeFixture.ID;
  private static final String[] LIES = {
    "Content-Length: 5\r\n",
    "Content-Length: 0\r\n",
    "Content-Length : 5\r\n",
    "Content-Length: 5, 5\r\n",
    "Content-Length:\t44\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Transfer-Encoding: chunked, identity\r\n",
    "Transfer-Encoding : chunked\r\n",
    "Transfer-Encoding:\u000bchunked\r\n",
    "transfer-encoding: CHUNKED\r\n",
    "Transfer-Encoding: chunked\n",
    "X: a\rb\r\n",
    "X: \0\r\n",
    " folded: 1\r\n",
    "Connection: Content-Length\r\n",
    "Connection: close, Transfer-Encoding\r\n",
    "Upgrade: h2c\r\nConnection: upgrade\r\n",
    "Expect: 100-continue\r\n",
    "Host: 80-other.example.com\r\n",
    "E2b-Sandbox-Port: 1\r\n"
  };
  private static final String[] BODIES = {
    "",
    "hello",
    "0\r\n\r\n",
    "5\r\nhello\r\n0\r\n\r\n",
    "5;x\r\nhello\r\n0\r\nT: 1\r\n\r\n",
    "5\nhello\n0\n\n",
    "fffffffffffffffff\r\n",
    "5\r\nhelloGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n",
    "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "GET /smuggled HTTP/1.1\r\nHost: localhost\r\nE2b-Sandbox-Id: nosuch\r\nE2b-Sandbox-Port: 80\r\n\r\n"
  };

  /// A client that ended its output is given up after 3 s without a byte.
  private static final int OVER_MILLIS = 5_000;

  private static EdgeFixture all;
  private static Guest guest;

  @BeforeAll
  static void start() throws Exception {
    all = new EdgeFixture();
    guest = all.guest(Guest.echoingLines());
  }

  @AfterAll
  static void stop() throws Exception {
    all.close();
  }

  static LongStream seeds() {
    return LongStream.range(0, 400);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void nothingIsSmuggledAndOthersAreServed(long seed) throws Exception {
    var random = new Random(seed);
    try (Client liar = all.client()) {
      String attack = attack(random);
      sendInPieces(liar, attack, random);
      liar.socket.shutdownOutput();
      liar.socket.setSoTimeout(OVER_MILLIS);
      drain(liar);
    }
    assertThat(guest.heads).as("seed " + seed).noneMatch(h -> h.startsWith("GET /smuggled"));
    guest.heads.clear();
    try (Client honest = all.client()) {
      assertThat(honest.send(Client.get("/honest", ID, guest.port())).reply())
          .as("seed " + seed)
          .endsWith("GET /honest HTTP/1.1");
    }
    guest.heads.clear();
  }

  private static String attack(Random random) {
    var more = new StringBuilder();
    for (int i = random.nextInt(4); i >= 0; i--) more.append(LIES[random.nextInt(LIES.length)]);
    String text =
        Client.request("POST /lie HTTP/1.1", ID, guest.port(), more.toString())
            + BODIES[random.nextInt(BODIES.length)];
    return random.nextInt(3) == 0 ? mutated(text, random) : text;
  }

  private static String mutated(String text, Random random) {
    var bytes = new StringBuilder(text);
    for (int i = random.nextInt(4); i >= 0; i--) {
      int at = random.nextInt(bytes.length());
      switch (random.nextInt(3)) {
        case 0 -> bytes.setCharAt(at, (char) random.nextInt(256));
        case 1 -> bytes.deleteCharAt(at);
        default -> bytes.insert(at, (char) random.nextInt(256));
      }
    }
    return bytes.toString();
  }

  private static void sendInPieces(Client client, String text, Random random) throws IOException {
    try {
      for (int at = 0; at < text.length(); ) {
        int end = Math.min(text.length(), at + 1 + random.nextInt(200));
        client.send(text.substring(at, end));
        at = end;
      }
    } catch (IOException closedByTheEdge) {
      assertThat(closedByTheEdge).isNotInstanceOf(SocketTimeoutException.class);
    }
  }

  /// The edge must end the connection or answer; a guest that waits for a body that never comes is
  /// cut off by the half-close.
  private static void drain(Client client) throws IOException {
    try {
      client.rest();
    } catch (SocketTimeoutException hangs) {
      throw new AssertionError("the edge neither answers nor closes", hangs);
    } catch (IOException reset) {
      assertThat(reset).isNotNull();
    }
  }
}
