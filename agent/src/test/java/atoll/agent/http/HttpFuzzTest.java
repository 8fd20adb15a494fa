package atoll.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.agent.fuzz.Grammar;
import atoll.agent.fuzz.Rounds;
import atoll.protocol.http.HttpException;
import atoll.protocol.http.WireInput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/// Hostile requests: each is read or refused with a status, and takes no more of the input than it
/// has.
class HttpFuzzTest {
  private static final String[] WORDS = {
    "GET ",
    "POST ",
    "/health",
    "/files?path=%2Fa",
    "*",
    " HTTP/1.1",
    " HTTP/1.0",
    " HTTP/2.0",
    "\r\n",
    "\n",
    "\r",
    "Host: a",
    "Content-Length: ",
    "0",
    "5",
    "-1",
    "999999999999999999",
    "18446744073709551616",
    "Transfer-Encoding: chunked",
    "Transfer-Encoding: gzip, chunked",
    "Expect: 100-continue",
    "Connection: close",
    ": ",
    "X",
    "a".repeat(9000),
    "\r\n\r\n",
    "5\r\nhello\r\n",
    "0\r\n\r\n",
    "ffffffffffffffff\r\n",
    "5;ext=1\r\n",
    " 5 \r\n",
    "%zz",
    "%",
    "\0",
    "\u00ff",
    "\t",
    " "
  };

  private static void exchange(byte[] bytes, Grammar grammar) {
    var out = new ByteArrayOutputStream();
    var permits = new Semaphore(1);
    var in = new WireInput(grammar.pieces(bytes));
    try {
      for (int i = 0; i <= bytes.length; i++) {
        Request request;
        try (var reader = new RequestReader(in, out, permits)) {
          request = reader.next();
        }
        assertThat(permits.availablePermits()).isEqualTo(1);
        if (request == null) return;
        assertThat(request.path()).doesNotContain("\r", "\n", " ");
        new Query(request.query());
        long length = 0;
        byte[] buffer = new byte[4096];
        for (int n = request.body().read(buffer); n >= 0; n = request.body().read(buffer))
          length += n;
        assertThat(length).isLessThanOrEqualTo(bytes.length);
      }
      throw new AssertionError("more requests than bytes");
    } catch (HttpException refused) {
      assertThat(refused.status()).isBetween(400, 599);
    } catch (IOException e) {
      throw new AssertionError("memory does not fail", e);
    }
  }

  @Test
  void requestsOfWords() {
    Rounds.run(seed -> {
      var grammar = new Grammar(seed, WORDS);
      byte[] start =
          "POST /init HTTP/1.1\r\nHost: a\r\n"
              .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
      byte[] rest = grammar.sentence(12);
      boolean whole = grammar.random().nextBoolean();
      byte[] bytes = whole ? java.util.Arrays.copyOf(start, start.length + rest.length) : rest;
      if (whole) System.arraycopy(rest, 0, bytes, start.length, rest.length);
      exchange(bytes, grammar);
    });
  }

  @Property(tries = 1000)
  void anyBytes(@ForAll byte[] bytes) {
    exchange(bytes, new Grammar(bytes.length));
  }

  @Property(tries = 500)
  void anyQuery(@ForAll String text) {
    var query = new Query(text);
    assertThat(query.get("path") == null || !query.repeated("none")).isTrue();
  }
}
