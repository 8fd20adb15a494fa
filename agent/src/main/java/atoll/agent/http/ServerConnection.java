package atoll.agent.http;

import atoll.protocol.http.HttpBody;
import atoll.protocol.http.HttpException;
import atoll.protocol.http.HttpHeaders;
import atoll.protocol.http.WireInput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/// One client's connection: requests and answers in turn, until either side ends it.
final class ServerConnection implements Runnable {
  private static final int HEAD_LIMIT = 1 << 20;

  /// An unread body up to this size is read and dropped to keep the connection; a longer one ends
  /// it.
  private static final int DRAIN_LIMIT = 256 * 1024;

  private final Socket socket;
  private final Handler handler;

  ServerConnection(Socket socket, Handler handler) {
    this.socket = socket;
    this.handler = handler;
  }

  @Override
  public void run() {
    try (socket) {
      var in = new WireInput(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      while (exchange(in, out)) {
        // the next request on this connection
      }
    } catch (IOException gone) {
      // The client went away, or was idle for too long: there is nobody left to tell.
      System.getLogger(ServerConnection.class.getName())
          .log(System.Logger.Level.TRACE, "connection ended", gone);
    }
  }

  private boolean exchange(WireInput in, OutputStream out) throws IOException {
    Request request;
    try {
      request = read(in, out);
    } catch (HttpException e) {
      new Response(out, false, true)
          .plain(e.status(), e.status() + " " + Status.text(e.status()) + ": " + e.getMessage());
      return false;
    }
    if (request == null) return false;
    var response = new Response(out, request.http10(), closes(request));
    try {
      handler.handle(request, response);
    } catch (RuntimeException | Error e) {
      // Errors too: one request that asked for too much memory must not end the agent.
      System.getLogger(ServerConnection.class.getName())
          .log(System.Logger.Level.ERROR, "a request failed", e);
      if (response.started()) return false;
      response.close().error(500, "internal error");
    }
    return !response.closes() && drained(request.body());
  }

  private static boolean drained(InputStream body) throws IOException {
    byte[] waste = new byte[0];
    if (body.available() == 0 && body instanceof EmptyBody) return true;
    waste = new byte[8192];
    int left = DRAIN_LIMIT;
    while (left > 0) {
      int count = body.read(waste);
      if (count < 0) return true;
      left -= count;
    }
    return false;
  }

  private static Request read(WireInput in, OutputStream out) throws IOException {
    String line = in.line(HEAD_LIMIT);
    while (line != null && line.isEmpty()) line = in.line(HEAD_LIMIT);
    if (line == null) return null;
    int first = line.indexOf(' ');
    int last = line.lastIndexOf(' ');
    if (first <= 0 || last <= first) throw new HttpException(400, "malformed request line");
    boolean http10 = line.endsWith(" HTTP/1.0");
    if (!http10 && !line.endsWith(" HTTP/1.1"))
      throw new HttpException(line.endsWith(" HTTP/2.0") ? 405 : 400, "version");
    HttpHeaders headers = HttpHeaders.read(in, HEAD_LIMIT);
    int hosts = headers.all("Host").size();
    if (hosts > 1 || hosts == 0 && !http10)
      throw new HttpException(400, "a Host header is required, once");
    String target = line.substring(first + 1, last);
    int question = target.indexOf('?');
    String path = question < 0 ? target : target.substring(0, question);
    String query = question < 0 ? null : target.substring(question + 1);
    return new Request(
        line.substring(0, first), path, query, http10, headers, body(in, out, headers));
  }

  private static InputStream body(WireInput in, OutputStream out, HttpHeaders headers)
      throws HttpException {
    if (headers.first("Transfer-Encoding") == null && HttpBody.length(headers) <= 0)
      return new EmptyBody();
    InputStream body = HttpBody.ofRequest(in, headers);
    String expect = headers.first("Expect");
    if (expect == null) return body;
    if (!expect.equalsIgnoreCase("100-continue"))
      throw new HttpException(417, "unknown expectation");
    return new ContinueBody(body, out);
  }

  private static boolean closes(Request request) {
    if (request.headers().lists("Connection", "close")) return true;
    return request.http10() && !request.headers().lists("Connection", "keep-alive");
  }
}
