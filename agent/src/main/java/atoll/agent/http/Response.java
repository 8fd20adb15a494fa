package atoll.agent.http;

import atoll.protocol.http.ChunkedOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.IntConsumer;

/// The answer to one request: headers first, then one of the ways to send a body.
///
/// For the connection's own thread, until [#head] was taken by a stream.
public final class Response {
  private static final int ONE_WRITE = 64 * 1024;

  private final ClientOutput out;
  private final boolean http10;
  private final StringBuilder headers = new StringBuilder(256);
  private String vary = "Origin";
  private boolean close;
  private boolean watched;
  private boolean started;
  private IntConsumer beforeHead;

  Response(ClientOutput out, boolean http10, boolean close) {
    this.out = out;
    this.http10 = http10;
    this.close = close;
  }

  public Response header(String name, String value) {
    headers.append(name).append(": ").append(value).append("\r\n");
    return this;
  }

  public Response vary(String value) {
    vary = value;
    return this;
  }

  /// The connection ends after this answer.
  public Response close() {
    close = true;
    return this;
  }

  /// Is called with the status before the head goes out, and may add headers.
  public Response beforeHead(IntConsumer hook) {
    beforeHead = hook;
    return this;
  }

  /// Calls `gone`, on another thread, once the client closes its side. What it still sends is
  /// dropped, so the connection must be one that ends after this answer.
  public void onGone(Runnable gone) {
    if (!close) throw new IllegalStateException("the connection is used again");
    watched = true;
    out.onEnd(gone);
  }

  /// Whether somebody else reads what the client sends.
  boolean watched() {
    return watched;
  }

  public boolean started() {
    return started;
  }

  boolean closes() {
    return close;
  }

  /// The stream below, for an answer that frames its own body after [#head].
  public OutputStream raw() {
    return out;
  }

  /// Whether a body of unknown length goes in chunks; if not, the connection ends after it.
  public boolean chunks() {
    if (http10) close = true;
    return !http10;
  }

  /// The bytes of the head with this framing line (or null); to be called once.
  public byte[] head(int status, String framing) {
    started = true;
    if (beforeHead != null) beforeHead.accept(status);
    var text =
        new StringBuilder(320)
            .append("HTTP/1.1 ")
            .append(status)
            .append(' ')
            .append(Status.text(status));
    text.append("\r\n").append(headers);
    if (vary != null) text.append("Vary: ").append(vary).append("\r\n");
    text.append("Date: ").append(HttpDate.now()).append("\r\n");
    if (framing != null) text.append(framing).append("\r\n");
    if (close) text.append("Connection: close\r\n");
    else if (http10) text.append("Connection: keep-alive\r\n");
    return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /// Without a body.
  public void send(int status) throws IOException {
    out.write(head(status, status == 204 || status == 304 ? null : "Content-Length: 0"));
  }

  public void send(int status, byte[] body) throws IOException {
    send(status, body, body.length);
  }

  /// The first `length` bytes as the body; with the head in one packet if they are few.
  public void send(int status, byte[] body, int length) throws IOException {
    byte[] head = head(status, "Content-Length: " + length);
    if (length > ONE_WRITE) {
      out.write(head);
      out.write(body, 0, length);
      return;
    }
    byte[] all = Arrays.copyOf(head, head.length + length);
    System.arraycopy(body, 0, all, head.length, length);
    out.write(all);
  }

  public void send(int status, String type, String body) throws IOException {
    header("Content-Type", type).send(status, body.getBytes(StandardCharsets.UTF_8));
  }

  /// A body of known length, which the caller writes in full.
  public OutputStream sized(int status, long length) throws IOException {
    out.write(head(status, "Content-Length: " + length));
    return out;
  }

  /// Sends a part of a file after [#sized], without a detour through our memory.
  public void transfer(FileChannel file, long position, long length) throws IOException {
    out.transfer(file, position, length);
  }

  /// A body of unknown length: chunks, or for an old client up to the end of the connection. Close
  /// it to end the body.
  public OutputStream stream(int status) throws IOException {
    if (http10) {
      close = true;
      out.write(head(status, null));
      return out;
    }
    out.write(head(status, "Transfer-Encoding: chunked"));
    return new ChunkedOutput(out);
  }

  /// The JSON error of the plain HTTP routes.
  public void error(int status, String message) throws IOException {
    var body = new StringBuilder("{\"code\":").append(status).append(",\"message\":");
    atoll.core.json.JsonWriter.quote(message, body);
    header("X-Content-Type-Options", "nosniff");
    send(status, "application/json; charset=utf-8", body.append("}\n").toString());
  }

  /// A plain text error, as for unknown paths.
  public void plain(int status, String message) throws IOException {
    header("X-Content-Type-Options", "nosniff");
    send(status, "text/plain; charset=utf-8", message + "\n");
  }
}
