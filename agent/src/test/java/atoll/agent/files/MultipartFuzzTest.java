package atoll.agent.files;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.agent.fuzz.Grammar;
import atoll.agent.fuzz.Rounds;
import atoll.protocol.http.HttpException;
import atoll.protocol.http.HttpHeaders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/// Hostile forms: each is read or refused, and good ones come back as they were whatever their
/// content.
class MultipartFuzzTest {
  private static final String[] WORDS = {
    "--b",
    "\r\n--b",
    "--b--",
    "\r\n--b--\r\n",
    "\r\n",
    "\r",
    "\n",
    "--",
    "-",
    "b",
    "\r\n\r\n",
    "x",
    "--bb",
    "Content-Disposition: form-data; name=\"file\"; filename=\"",
    "\"",
    "\\",
    "; filename*=UTF-8''%",
    "=",
    "../../etc/passwd",
    "\0",
    "\u00ff",
    " ",
    "\t",
    "y".repeat(70_000)
  };

  private static int parts(byte[] bytes, Grammar grammar) throws IOException {
    var reader = new MultipartReader(grammar.pieces(bytes), "b");
    int parts = 0;
    long read = 0;
    for (HttpHeaders head = reader.next(); head != null; head = reader.next()) {
      assertThat(++parts).isLessThanOrEqualTo(bytes.length);
      FormPart.of(head.first("Content-Disposition"));
      if (grammar.random().nextBoolean()) read += reader.body().readAllBytes().length;
      assertThat(read).isLessThanOrEqualTo(bytes.length);
    }
    return parts;
  }

  @Test
  void formsOfWords() {
    Rounds.run(seed -> {
      var grammar = new Grammar(seed, WORDS);
      byte[] rest = grammar.sentence(14);
      try {
        parts(rest, grammar);
      } catch (HttpException refused) {
        assertThat(refused.status()).isBetween(400, 599);
      } catch (IOException e) {
        throw new AssertionError("memory does not fail", e);
      }
    });
  }

  @Property(tries = 1000)
  void contentComesBack(@ForAll byte[] content, @ForAll byte[] second) throws IOException {
    var out = new ByteArrayOutputStream();
    for (byte[] each : new byte[][] {content, second}) {
      out.writeBytes(ascii("--boundary\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n"));
      out.writeBytes(each);
      out.writeBytes(ascii("\r\n"));
    }
    out.writeBytes(ascii("--boundary--\r\n"));
    var grammar = new Grammar(content.length);
    var reader = new MultipartReader(grammar.pieces(out.toByteArray()), "boundary");
    assertThat(reader.next()).isNotNull();
    assertThat(reader.body().readAllBytes()).isEqualTo(content);
    assertThat(reader.next()).isNotNull();
    assertThat(reader.body().readAllBytes()).isEqualTo(second);
    assertThat(reader.next()).isNull();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Property(tries = 1000)
  void anyDisposition(@ForAll String text) {
    FormPart part = FormPart.of("form-data; " + text);
    assertThat(part).isNotNull();
  }
}
