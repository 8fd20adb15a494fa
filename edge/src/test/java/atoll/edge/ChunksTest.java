package atoll.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChunksTest {
  private static int take(Framing body, String text) throws BadMessage {
    return body.take(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
  }

  private static Framing chunked() {
    var body = new Framing();
    body.begin(Framing.CHUNKED);
    return body;
  }

  static LongStream seeds() {
    return LongStream.range(0, 200);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void theEndIsFoundHoweverTheBytesArrive(long seed) throws BadMessage {
    var random = new Random(seed);
    String message = message(random);
    String all = message + "GET /next";
    Framing body = chunked();
    int taken = 0;
    for (int at = 0; at < all.length() && !body.complete(); ) {
      int piece = 1 + random.nextInt(Math.min(20, all.length() - at));
      taken += take(body, all.substring(at, at + piece));
      at += piece;
    }
    assertThat(taken).as("seed " + seed).isEqualTo(message.length());
    assertThat(body.complete()).isTrue();
  }

  private static String message(Random random) {
    var text = new StringBuilder();
    for (int i = random.nextInt(6); i > 0; i--) {
      int size = 1 + random.nextInt(40);
      String extension = random.nextInt(4) == 0 ? ";name=\"v\"" : "";
      text.append(Integer.toHexString(size))
          .append(extension)
          .append("\r\n")
          .append("\r\n0\r\n\r".repeat(9), 0, size)
          .append("\r\n");
    }
    text.append("0".repeat(1 + random.nextInt(3))).append("\r\n");
    return text.append(random.nextBoolean() ? "X-T: 1\r\n" : "").append("\r\n").toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\r\n",
        "g\r\n",
        "5\nhello",
        "5 \r\nhello",
        "-1\r\n",
        "0x5\r\n",
        "5\r\nhelloX",
        "5\r\nhello\rX",
        "1000000000000000\r\n",
        "0\r\n x",
        "0\r\nX\0: 1\r\n",
        "5;a\0\r\n",
        "0\r\n\rX",
        "5;\nhello",
        " 5\r\n"
      })
  void liesAreFound(String text) {
    assertThatThrownBy(() -> take(chunked(), text)).isInstanceOf(BadMessage.class);
  }

  @Test
  void linesAreBounded() {
    assertThatThrownBy(() -> take(chunked(), "5;" + "a".repeat(5000)))
        .isInstanceOf(BadMessage.class);
    String trailers = "0\r\n" + ("X: " + "a".repeat(1000) + "\r\n").repeat(20);
    assertThatThrownBy(() -> take(chunked(), trailers)).isInstanceOf(BadMessage.class);
  }
}
