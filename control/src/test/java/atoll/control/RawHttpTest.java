package atoll.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What only a raw socket can do to a server.
@Tag("real")
class RawHttpTest {
  private final Bench bench = Bench.shared();

  /// Sends all parts, then reads until the server closes; the client asks it to.
  private String talk(String... parts) throws IOException {
    try (var socket = new Socket("127.0.0.1", bench.port())) {
      socket.setSoTimeout(20_000);
      socket.setTcpNoDelay(true);
      for (String part : parts) {
        socket.getOutputStream().write(part.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
      }
      var answer = new ByteArrayOutputStream();
      socket.getInputStream().transferTo(answer);
      return answer.toString(StandardCharsets.UTF_8);
    }
  }

  private String head(String method, String path, String... headers) {
    return method
        + " "
        + path
        + " HTTP/1.1\r\nHost: x\r\nX-API-Key: "
        + bench.key
        + "\r\n"
        + String.join("", headers)
        + "\r\n";
  }

  private static final String CLOSE = "Connection: close\r\n";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n",
        "garbage\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/9.9x\r\n\r\n",
        "GET / HTTP/1.1\r\nbad header\u0001: x\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: minus\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
      })
  void garbageIsAnsweredWithJson(String bytes) throws IOException {
    String answer = talk(bytes);
    assertThat(answer).startsWith("HTTP/1.1 4").contains("\"code\":4").contains("\"requestId\"");
  }

  @Test
  void longLinesAndHeadersHaveTheirOwnStatus() throws IOException {
    assertThat(talk("GET /" + "a".repeat(9000) + " HTTP/1.1\r\n\r\n"))
        .startsWith("HTTP/1.1 414")
        .contains("\"code\":414");
    assertThat(talk("GET / HTTP/1.1\r\nX: " + "a".repeat(40_000) + "\r\n\r\n"))
        .startsWith("HTTP/1.1 431")
        .contains("\"code\":431");
  }

  @Test
  void bodiesOverTheLimitAre413HoweverTheyAreSent() throws IOException {
    String big = "x".repeat((1 << 20) + 1);
    assertThat(talk(head("POST", "/sandboxes", "Content-Length: " + big.length() + "\r\n"), big))
        .startsWith("HTTP/1.1 413")
        .contains("\"code\":413");
    assertThat(
            talk(
                head("POST", "/sandboxes", "Transfer-Encoding: chunked\r\n"),
                Integer.toHexString(big.length()) + "\r\n",
                big,
                "\r\n0\r\n\r\n"))
        .startsWith("HTTP/1.1 413");
    assertThat(talk(head("POST", "/sandboxes", "Content-Length: 99999999999\r\n")))
        .startsWith("HTTP/1.1 413");
    assertThat(
            talk(head("POST", "/sandboxes", "Expect: 100-continue\r\nContent-Length: 2000000\r\n")))
        .startsWith("HTTP/1.1 413");
  }

  @Test
  void chunkedBodiesAreReadHoweverTheyAreCut() throws IOException {
    String body = "{\"templateID\":\"base\"}";
    var parts = new java.util.ArrayList<String>();
    parts.add(head("POST", "/v2/sandboxes", CLOSE, "Transfer-Encoding: chunked\r\n"));
    for (char c : body.toCharArray()) parts.add("1\r\n" + c + "\r\n");
    parts.add("0\r\n\r\n");
    assertThat(talk(parts.toArray(String[]::new))).startsWith("HTTP/1.1 201");
    assertThat(
            talk(
                head(
                    "POST",
                    "/v2/sandboxes",
                    CLOSE,
                    "Expect: 100-continue\r\nContent-Length: " + body.length() + "\r\n"),
                body))
        .startsWith("HTTP/1.1 100 Continue")
        .contains("HTTP/1.1 201");
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() throws IOException {
    var all = new StringBuilder();
    for (int i = 0; i < 50; i++)
      all.append(head("GET", "/nothing/" + i)).append(head("GET", "/health"));
    all.append(head("GET", "/sandboxes/%zz", CLOSE));
    String answer = talk(all.toString());
    assertThat(answer.split("HTTP/1.1 404", -1)).hasSize(51);
    assertThat(answer.split("HTTP/1.1 200", -1)).hasSize(51);
    assertThat(answer.indexOf("HTTP/1.1 404")).isLessThan(answer.indexOf("HTTP/1.1 200"));
    assertThat(answer.lastIndexOf("HTTP/1.1 400"))
        .isGreaterThan(answer.lastIndexOf("HTTP/1.1 200"));
  }

  @Test
  void anEncodedSlashStaysInItsSegment() throws IOException {
    assertThat(talk(head("GET", "/templates/default%2Fbase", CLOSE))).startsWith("HTTP/1.1 200");
    assertThat(talk(head("GET", "/templates/default/base", CLOSE))).startsWith("HTTP/1.1 404");
    assertThat(talk(head("GET", "http://other/templates/base", CLOSE))).startsWith("HTTP/1.1 200");
    assertThat(talk(head("GET", "/sandboxes/%E0%A4%A", CLOSE))).startsWith("HTTP/1.1 400");
    assertThat(talk(head("GET", "nothing", CLOSE))).startsWith("HTTP/1.1 400");
  }

  @Test
  void aRequestThatNeverEndsIsGivenUp() throws IOException {
    assertThat(talk(head("POST", "/sandboxes", "Content-Length: 10\r\n"), "{"))
        .startsWith("HTTP/1.1 408");
  }

  @Test
  void theOldProtocolIsClosedAfterOneAnswer() throws IOException {
    assertThat(talk("GET /health HTTP/1.0\r\n\r\n")).contains("200 OK").contains("close");
  }

  /// Whoever reads the end of such a request elsewhere could hide another one in it.
  @Test
  void aRequestThatCanBeReadInTwoWaysIsRefusedAndTheConnectionClosed() throws IOException {
    String hidden = head("GET", "/health");
    assertThat(talk(head("POST", "/sandboxes", "Transfer-Encoding: gzip\r\n"), hidden))
        .startsWith("HTTP/1.1 501")
        .contains("\"code\":501", "Should-Retry: false")
        .doesNotContain("HTTP/1.1 200");
    assertThat(talk(head("GET", "/health", "Host: y\r\n"), hidden))
        .startsWith("HTTP/1.1 400")
        .doesNotContain("HTTP/1.1 200");
    assertThat(
            talk(
                head("POST", "/sandboxes", "Content-Encoding: gzip\r\nContent-Length: 2\r\n"),
                "{}"))
        .startsWith("HTTP/1.1 415");
  }

  @Test
  void aClientThatEndsItsOutputHearsItsAnswer() throws IOException {
    try (var socket = new Socket("127.0.0.1", bench.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(head("GET", "/v2/sandboxes").getBytes(StandardCharsets.UTF_8));
      socket.shutdownOutput();
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("HTTP/1.1 200");
    }
  }
}
