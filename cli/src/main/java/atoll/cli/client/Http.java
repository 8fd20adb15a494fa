package atoll.cli.client;

import atoll.cli.report.CommandFailure;
import atoll.core.Connection;
import atoll.core.Deadline;
import atoll.protocol.http.HttpClient;
import atoll.protocol.http.HttpHeaders;
import atoll.protocol.http.HttpReply;
import atoll.protocol.http.SocketConnection;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/// Requests to one base URL over plain HTTP, each on a connection of its own.
final class Http {
  private static final Duration CONNECT = Duration.ofSeconds(3);

  /// No answer that the command line holds in memory is larger.
  private static final int LONGEST = 256 << 20;

  private final InetSocketAddress address;
  private final String authority;

  Http(String base) {
    URI uri = URI.create(base);
    this.authority = uri.getAuthority();
    this.address = new InetSocketAddress(uri.getHost(), uri.getPort());
  }

  /// The whole answer, which must have come before `within` is over.
  Reply send(String method, String path, Map<String, String> headers, byte[] body, Duration within)
      throws IOException {
    try (var client = new HttpClient(connection())) {
      var reply = client.send(method, path, fields(headers), body, Deadline.after(within));
      return new Reply(reply.status(), reply.bytes(LONGEST));
    }
  }

  /// A successful answer whose body is read as it comes.
  Stream stream(
      String method, String path, Map<String, String> headers, byte[] body, Deadline deadline)
      throws IOException {
    var connection = connection();
    try {
      var reply = new HttpClient(connection).send(method, path, fields(headers), body, deadline);
      if (reply.status() != 200) throw refused(reply);
      return new Stream(connection, reply.body());
    } catch (IOException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /// A body on the wire and the connection that it comes from.
  record Stream(Connection connection, InputStream body) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      connection.close();
    }
  }

  private static CommandFailure refused(HttpReply reply) throws IOException {
    new Reply(reply.status(), reply.bytes(LONGEST)).orFail("the sandbox did not take the call");
    return CommandFailure.failed(
        "bad_answer", "status " + reply.status() + " where 200 was expected", null);
  }

  private Connection connection() throws IOException {
    var socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.connect(address, Math.toIntExact(CONNECT.toMillis()));
      return new SocketConnection(socket);
    } catch (ConnectException e) {
      socket.close();
      throw CommandFailure.failed(
          "not_reachable", "nobody listens on " + authority, "see `atoll status`", e);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private HttpHeaders fields(Map<String, String> headers) {
    var fields = new HttpHeaders().add("Host", authority);
    headers.forEach(fields::add);
    return fields;
  }
}
