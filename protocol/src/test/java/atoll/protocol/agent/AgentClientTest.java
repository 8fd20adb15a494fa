package atoll.protocol.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import atoll.core.Connection;
import atoll.core.Deadline;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AgentClientTest {
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
  private final Deadline deadline = Deadline.after(Duration.ofSeconds(5));

  private AgentClient answering(byte[]... parts) throws IOException {
    var all = new ByteArrayOutputStream();
    for (byte[] part : parts) all.writeBytes(part);
    var in = new ByteArrayInputStream(all.toByteArray());
    return new AgentClient(
        new Connection() {
          @Override
          public InputStream input() {
            return in;
          }

          @Override
          public OutputStream output() {
            return sent;
          }

          @Override
          public void deadline(Deadline until) {}

          @Override
          public void close() {}
        },
        "secret");
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] end(String json) {
    byte[] bytes = Envelope.of(utf8(json));
    bytes[0] = 2;
    return bytes;
  }

  private static byte[] chunk(byte[] data) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(utf8(Integer.toHexString(data.length) + "\r\n"));
    out.writeBytes(data);
    out.writeBytes(utf8("\r\n"));
    return out.toByteArray();
  }

  private static final byte[] STREAM =
      utf8(
          "HTTP/1.1 200 OK\r\nContent-Type: application/connect+json\r\nTransfer-Encoding: chunked\r\n\r\n");

  @Test
  void healthIs204() throws Exception {
    var client =
        answering(
            utf8("HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 503 No\r\nContent-Length: 2\r\n\r\nno"));
    assertThat(client.health(deadline)).isTrue();
    assertThat(client.health(deadline)).isFalse();
    assertThat(sent.toString(StandardCharsets.UTF_8)).startsWith("GET /health HTTP/1.1\r\nHost: ");
  }

  @Test
  void initTellsTheVersionAndHidesTheToken() throws Exception {
    var request =
        new InitRequest(
            "secret",
            Map.of("A", "b"),
            Instant.EPOCH,
            "user",
            null,
            "box",
            new byte[32],
            "i1",
            "base",
            null);
    var client = answering(utf8("HTTP/1.1 204 No Content\r\nX-Envd-Version: 0.6.13\r\n\r\n"));
    assertThat(client.init(request, deadline)).isEqualTo("0.6.13");
    assertThat(sent.toString(StandardCharsets.UTF_8))
        .contains("\"accessToken\":\"secret\"", "1970-01-01T00:00:00Z");
    assertThat(request.toString()).doesNotContain("secret");
  }

  @Test
  void execGathersOutputAndExit() throws Exception {
    byte[] events =
        join(
            Envelope.of(utf8("{\"event\":{\"start\":{\"pid\":42}}}")),
            Envelope.of(utf8("{\"event\":{\"data\":{\"stdout\":\"aGk=\"}}}")),
            Envelope.of(utf8("{\"event\":{\"data\":{\"stderr\":\"ISE=\"}}}")),
            Envelope.of(utf8("{\"event\":{\"keepalive\":{}}}")),
            Envelope.of(
                utf8(
                    "{\"event\":{\"end\":{\"exitCode\":3,\"exited\":true,\"status\":\"exit status 3\"}}}")),
            end("{}"));
    byte[] a = java.util.Arrays.copyOf(events, 7);
    byte[] b = java.util.Arrays.copyOfRange(events, 7, events.length);
    var client = answering(STREAM, chunk(a), chunk(b), utf8("0\r\n\r\n"));
    ExecResult result = client.exec(ExecRequest.as("root", "sh"), 100, deadline);
    assertThat(result.out() + result.err() + result.pid() + result.exitCode()).isEqualTo("hi!!423");
  }

  @Test
  void execTellsTheAgentsError() throws Exception {
    var client =
        answering(
            STREAM,
            chunk(end("{\"error\":{\"code\":\"not_found\",\"message\":\"x\"}}")),
            utf8("0\r\n\r\n"));
    assertThatThrownBy(() -> client.exec(ExecRequest.as("root", "sh"), 100, deadline))
        .isInstanceOfSatisfying(
            AgentException.class, e -> assertThat(e.code()).isEqualTo("not_found"));
  }

  @Test
  void boundsWhatAGuestMaySend() throws Exception {
    var flood = answering(STREAM, chunk(new byte[] {0, 0x7f, -1, -1, -1}), utf8("0\r\n\r\n"));
    assertThatThrownBy(() -> flood.exec(ExecRequest.as("root", "sh"), 100, deadline))
        .hasMessageContaining("bytes");
    var head = answering(utf8("HTTP/1.1 200 OK\r\nX: " + "a".repeat(200_000)));
    assertThatThrownBy(() -> head.health(deadline)).hasMessageContaining("too large");
    var garbage = answering(utf8("SSH-2.0-OpenSSH\r\n"));
    assertThatThrownBy(() -> garbage.health(deadline)).hasMessageContaining("HTTP/1.1");
  }

  private static byte[] join(byte[]... parts) {
    var out = new ByteArrayOutputStream();
    for (byte[] part : parts) out.writeBytes(part);
    return out.toByteArray();
  }
}
