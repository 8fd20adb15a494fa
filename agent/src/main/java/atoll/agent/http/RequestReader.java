package atoll.agent.http;

import atoll.protocol.http.HttpBody;
import atoll.protocol.http.HttpException;
import atoll.protocol.http.HttpHeaders;
import atoll.protocol.http.WireInput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.Semaphore;

/// Reads the head of one request, RFC 9112: strict, since a proxy in front may read it too.
///
/// A large head needs one of few permits, which is held until this is closed.
final class RequestReader implements AutoCloseable {
  static final int HEAD_LIMIT = 1 << 20;
  private static final int USUAL_HEAD = 64 * 1024;

  private final WireInput in;
  private final OutputStream out;
  private final Semaphore largeHeads;
  private boolean large;

  RequestReader(WireInput in, OutputStream out, Semaphore largeHeads) {
    this.in = in;
    this.out = out;
    this.largeHeads = largeHeads;
    in.onGrowth(this::grow);
  }

  private void grow(int bytes) throws HttpException {
    if (bytes <= USUAL_HEAD || large) return;
    large = largeHeads.tryAcquire();
    if (!large) throw new HttpException(431, "too many large heads at once");
  }

  /// Null if the client has closed instead.
  Request next() throws IOException {
    String line = in.line(HEAD_LIMIT);
    while (line != null && line.isEmpty()) line = in.line(HEAD_LIMIT);
    if (line == null) return null;
    int first = line.indexOf(' ');
    int last = line.indexOf(' ', first + 1);
    if (first <= 0 || last < 0) throw new HttpException(400, "malformed request line");
    String method = line.substring(0, first);
    String version = line.substring(last + 1);
    boolean http10 = version.equals("HTTP/1.0");
    if (!http10 && !version.equals("HTTP/1.1"))
      throw new HttpException(version.equals("HTTP/2.0") ? 405 : 400, "version");
    checkMethod(method);
    String target = target(line.substring(first + 1, last));
    HttpHeaders headers = HttpHeaders.read(in, HEAD_LIMIT);
    int hosts = headers.all("Host").size();
    if (hosts > 1 || hosts == 0 && !http10)
      throw new HttpException(400, "a Host header is required, once");
    int question = target.indexOf('?');
    String path = question < 0 ? target : target.substring(0, question);
    checkEscapes(path);
    String query = question < 0 ? null : target.substring(question + 1);
    return new Request(method, path, query, http10, headers, body(headers));
  }

  private static void checkMethod(String method) throws HttpException {
    for (int i = 0; i < method.length(); i++) {
      if (!HttpHeaders.isToken(method.charAt(i))) throw new HttpException(400, "invalid method");
    }
  }

  /// The path and query of a target, which proxies may send with the server's name in front.
  private static String target(String sent) throws HttpException {
    for (int i = 0; i < sent.length(); i++) {
      if (sent.charAt(i) <= 0x20 || sent.charAt(i) == 0x7f)
        throw new HttpException(400, "control character in the target");
    }
    if (sent.startsWith("/") || sent.equals("*")) return sent;
    if (!sent.regionMatches(true, 0, "http://", 0, 7))
      throw new HttpException(400, "invalid target");
    int slash = sent.indexOf('/', 7);
    int question = sent.indexOf('?', 7);
    if (slash < 0 || question >= 0 && question < slash)
      return "/" + (question < 0 ? "" : sent.substring(question));
    return sent.substring(slash);
  }

  private static void checkEscapes(String path) throws HttpException {
    for (int i = path.indexOf('%'); i >= 0; i = path.indexOf('%', i + 1)) {
      boolean good =
          i + 2 < path.length()
              && Character.digit(path.charAt(i + 1), 16) >= 0
              && Character.digit(path.charAt(i + 2), 16) >= 0;
      if (!good) throw new HttpException(400, "invalid escape in the path");
    }
  }

  private InputStream body(HttpHeaders headers) throws HttpException {
    String expect = headers.first("Expect");
    if (expect != null && !expect.equalsIgnoreCase("100-continue"))
      throw new HttpException(417, "unknown expectation");
    if (headers.first("Transfer-Encoding") == null && HttpBody.length(headers) <= 0)
      return new EmptyBody();
    InputStream body = HttpBody.ofRequest(in, headers);
    return expect == null ? body : new ContinueBody(body, out);
  }

  @Override
  public void close() {
    if (large) largeHeads.release();
    in.onGrowth(null);
  }
}
