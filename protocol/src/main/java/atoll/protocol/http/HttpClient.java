package atoll.protocol.http;

import atoll.core.Connection;
import atoll.core.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// One kept-alive HTTP/1.1 connection of a client: a request, its reply read to the end, the next
/// request.
///
/// - **Owner** owns the [Connection]; not usable after a failure.
/// - **Threads** one at a time. Blocks, up to each request's deadline.
/// - **Fails** [HttpException] for a reply that is not HTTP, or too large;
///   [java.net.SocketTimeoutException].
public final class HttpClient implements AutoCloseable {
  private static final int HEAD_LIMIT = 64 * 1024;

  private final Connection connection;
  private final WireInput in;
  private final OutputStream out;
  private InputStream pending = InputStream.nullInputStream();

  public HttpClient(Connection connection) throws IOException {
    this.connection = connection;
    this.in = new WireInput(connection.input());
    this.out = connection.output();
  }

  /// Sends a request with a body in memory (null for none) and reads the reply's head.
  public HttpReply send(
      String method, String target, HttpHeaders headers, byte[] body, Deadline deadline)
      throws IOException {
    byte[] head =
        head(method, target, headers, body == null ? null : "Content-Length: " + body.length);
    byte[] all = body == null ? head : java.util.Arrays.copyOf(head, head.length + body.length);
    if (body != null) System.arraycopy(body, 0, all, head.length, body.length);
    begin(deadline);
    out.write(all);
    out.flush();
    return reply();
  }

  /// Sends a request whose body has `length` bytes, or is chunked when `length` is negative.
  public HttpReply send(
      String method,
      String target,
      HttpHeaders headers,
      InputStream body,
      long length,
      Deadline deadline)
      throws IOException {
    begin(deadline);
    out.write(
        head(
            method,
            target,
            headers,
            length < 0 ? "Transfer-Encoding: chunked" : "Content-Length: " + length));
    if (length >= 0) {
      if (body.transferTo(out) != length)
        throw new HttpException(400, "the body is not as long as announced");
    } else {
      try (var chunks = new ChunkedOutput(out)) {
        body.transferTo(chunks);
      }
    }
    out.flush();
    return reply();
  }

  private void begin(Deadline deadline) throws IOException {
    connection.deadline(deadline);
    pending.skip(Long.MAX_VALUE);
    if (pending.read() >= 0) throw new HttpException(502, "the last reply was not read to its end");
  }

  private HttpReply reply() throws IOException {
    while (true) {
      String line = in.line(HEAD_LIMIT);
      if (line == null)
        throw new HttpException(502, "the peer closed the connection without a reply");
      int status = status(line);
      HttpHeaders headers = HttpHeaders.read(in, HEAD_LIMIT);
      if (status >= 100 && status < 200 && status != 101) continue;
      pending = HttpBody.ofReply(in, headers, status);
      return new HttpReply(status, headers, pending);
    }
  }

  private static int status(String line) throws HttpException {
    if (line.startsWith("HTTP/1.") && line.length() >= 12 && line.charAt(8) == ' ') {
      int status = 0;
      for (int i = 9; i < 12; i++) status = status * 10 + Character.digit(line.charAt(i), 10);
      if (status >= 100 && status <= 599) return status;
    }
    throw new HttpException(502, "the peer does not speak HTTP/1.1");
  }

  private static byte[] head(String method, String target, HttpHeaders headers, String framing)
      throws HttpException {
    var text =
        new StringBuilder(256).append(method).append(' ').append(target).append(" HTTP/1.1\r\n");
    if (headers.first("Host") == null) text.append("Host: localhost\r\n");
    headers.writeTo(text);
    if (framing != null) text.append(framing).append("\r\n");
    return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}
