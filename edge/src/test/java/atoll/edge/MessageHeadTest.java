package atoll.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageHeadTest {
  private final Head head = new Head();

  private Head load(String text) throws BadMessage {
    ByteBuf in = Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    int length = Head.lengthIn(in, 0);
    if (length < 0) throw BadMessage.of("incomplete");
    head.load(in, length);
    return head;
  }

  private RequestHead request(String text) throws BadMessage {
    return RequestHead.parse(load(text));
  }

  private String forwarded(String text, boolean upgrade) throws BadMessage {
    RequestHead request = request(text);
    return request
        .forGuest(head, UnpooledByteBufAllocator.DEFAULT, upgrade)
        .toString(StandardCharsets.ISO_8859_1);
  }

  @Test
  void whatIsForThisHopStaysHere() throws BadMessage {
    String sent =
        "GET /a?b HTTP/1.1\r\nHost: h\r\nConnection: X-Mine, keep-alive\r\nX-Mine: 1\r\nKeep-Alive: 5\r\nX: y\r\nTE: trailers\r\n"
            + "Upgrade: h2c\r\nProxy-Connection: a\r\nZ:  spaced \r\n\r\n";
    assertThat(forwarded(sent, false))
        .isEqualTo("GET /a?b HTTP/1.1\r\nHost: h\r\nX: y\r\nZ:  spaced \r\n\r\n");
  }

  @Test
  void anUpgradeTravelsWithItsOffer() throws BadMessage {
    String sent =
        "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n\r\n";
    assertThat(forwarded(sent, true))
        .isEqualTo(
            "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
  }

  @Test
  void connectionMayNotNameFramingAway() throws BadMessage {
    String sent =
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nConnection: content-length, host\r\n\r\n";
    assertThat(forwarded(sent, false))
        .isEqualTo("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
        "GET / HTTP/1.2\r\nHost: a\r\n\r\n",
        "GET / http/1.1\r\nHost: a\r\n\r\n",
        "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /\tHTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n",
        "G(T / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",
        "GET / HTTP/1.1\r\n: a\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n",
        "GET / HTTP/1.1\nHost: a\n\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999999999999999\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\u000b\r\n\r\n",
        "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nE2b-Sandbox-Id: a\r\nE2b-Sandbox-Id: b\r\n\r\n"
      })
  void ambiguousOrMalformedRequestsAreRefused(String text) {
    assertThatThrownBy(() -> request(text)).isInstanceOf(BadMessage.class);
  }

  @ParameterizedTest
  @CsvSource({
    "'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n', 5, false",
    "'HTTP/1.1 200\r\nTransfer-Encoding: Chunked\r\n\r\n', -1, false",
    "'HTTP/1.1 200 OK\r\n\r\n', -3, true",
    "'HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n', 5, true",
    "'HTTP/1.0 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\n', 5, false",
    "'HTTP/1.1 204 No\r\nConnection: close\r\n\r\n', 0, true",
    "'HTTP/1.1 304 No\r\nContent-Length: 5\r\n\r\n', 0, false"
  })
  void repliesAreFramed(String text, long length, boolean close) throws BadMessage {
    ReplyHead reply = ReplyHead.parse(load(text), false);
    assertThat(reply.length()).isEqualTo(length);
    assertThat(reply.close()).isEqualTo(close);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/2 200 OK\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1200 OK\r\n\r\n",
        "hello\r\n\r\n",
        "HTTP/1.1 099 OK\r\n\r\n",
        "\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n",
        "HTTP/1.1 200 O\0K\r\n\r\n",
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
      })
  void repliesThatLieAreRefused(String text) {
    assertThatThrownBy(() -> ReplyHead.parse(load(text), false)).isInstanceOf(BadMessage.class);
  }

  @Test
  void headsAreBounded() {
    String long1 = "GET / HTTP/1.1\r\nHost: a\r\nX: " + "a".repeat(Head.LONGEST) + "\r\n\r\n";
    assertThatThrownBy(() -> request(long1))
        .isInstanceOfSatisfying(BadMessage.class, e -> assertThat(e.status()).isEqualTo(431));
    String many = "GET / HTTP/1.1\r\nHost: a\r\n" + "X: a\r\n".repeat(300) + "\r\n";
    assertThatThrownBy(() -> request(many))
        .isInstanceOfSatisfying(BadMessage.class, e -> assertThat(e.status()).isEqualTo(431));
  }
}
