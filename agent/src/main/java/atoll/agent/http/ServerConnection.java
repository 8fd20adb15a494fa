package atoll.agent.http;

import atoll.protocol.http.HttpException;
import atoll.protocol.http.WireInput;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;

/// One client's connection: requests and answers in turn, until either side ends it.
final class ServerConnection implements Runnable {
  /// An unread body up to this size is read and dropped to keep the connection; a longer one ends
  /// it.
  private static final int DRAIN_LIMIT = 256 * 1024;

  private static final long DRAIN_NANOS = 5_000_000_000L;

  /// How long a client that still sends gets to read why it was refused, before its connection is
  /// reset.
  private static final long LINGER_NANOS = 500_000_000L;

  private final SocketChannel channel;
  private final Handler handler;
  private final Connections connections;
  private final Waiting waiting = new Waiting();
  private final ClientInput client;

  ServerConnection(SocketChannel channel, Handler handler, Connections connections)
      throws IOException {
    this.channel = channel;
    this.handler = handler;
    this.connections = connections;
    waiting.begins();
    this.client = new ClientInput(channel.socket(), connections.headNanos(), waiting);
  }

  long waitingSince() {
    return waiting.since();
  }

  /// Ends it from another thread.
  void abort() {
    try {
      channel.close();
    } catch (IOException e) {
      log("closing a connection", e);
    }
  }

  private static void log(String what, IOException e) {
    // The client went away, or was idle for too long: there is nobody left to tell.
    System.getLogger(ServerConnection.class.getName()).log(System.Logger.Level.TRACE, what, e);
  }

  @Override
  public void run() {
    try (channel) {
      var in = new WireInput(client);
      var out = new ClientOutput(channel, waiting);
      while (exchange(in, out)) {
        // the next request on this connection
      }
    } catch (IOException gone) {
      log("connection ended", gone);
    } finally {
      connections.ended(this);
    }
  }

  private boolean exchange(WireInput in, ClientOutput out) throws IOException {
    Request request;
    client.head();
    try (var reader = new RequestReader(in, out, connections.largeHeads())) {
      request = reader.next();
    } catch (HttpException e) {
      refuse(e, new Response(out, false, true));
      linger();
      return false;
    }
    if (request == null) return false;
    client.body();
    var response = new Response(out, request.http10(), closes(request));
    if (!handled(request, response)) return false;
    if (response.closes()) {
      if (!(request.body() instanceof EmptyBody) && !response.watched()) linger();
      return false;
    }
    if (drained(request.body())) return true;
    linger();
    return false;
  }

  private static void refuse(HttpException e, Response response) throws IOException {
    response.plain(e.status(), e.status() + " " + Status.text(e.status()) + ": " + e.getMessage());
  }

  /// False if the answer was broken off.
  private boolean handled(Request request, Response response) throws IOException {
    try {
      handler.handle(request, response);
      return true;
    } catch (HttpException e) {
      if (response.started()) return false;
      refuse(e, response.close());
      return true;
    } catch (RuntimeException | Error e) {
      // Errors too: one request that asked for too much memory must not end the agent.
      System.getLogger(ServerConnection.class.getName())
          .log(System.Logger.Level.ERROR, "a request failed", e);
      if (response.started()) return false;
      response.close().error(500, "internal error");
      return true;
    }
  }

  private boolean drained(InputStream body) throws IOException {
    if (body instanceof EmptyBody) return true;
    client.until(DRAIN_NANOS);
    byte[] waste = new byte[8192];
    int left = DRAIN_LIMIT;
    try {
      while (left > 0) {
        int count = body.read(waste);
        if (count < 0) return true;
        left -= count;
      }
    } catch (HttpException | SocketTimeoutException e) {
      log("the rest of a body", e);
    }
    return false;
  }

  /// Closes our side and reads on for a moment: a close with unread input would reset the
  /// connection, and the answer on its way with it.
  private void linger() throws IOException {
    channel.shutdownOutput();
    client.until(LINGER_NANOS);
    byte[] waste = new byte[8192];
    try {
      while (client.read(waste, 0, waste.length) >= 0) {
        // until the client has closed too, or the time is up
      }
    } catch (SocketTimeoutException e) {
      log("a client that does not close", e);
    }
  }

  /// Also after a request that says its length in two ways: what follows it may not be a request.
  private static boolean closes(Request request) {
    boolean coded = request.header("Transfer-Encoding") != null;
    if (coded && (request.http10() || request.header("Content-Length") != null)) return true;
    if (request.headers().lists("Connection", "close")) return true;
    return request.http10() && !request.headers().lists("Connection", "keep-alive");
  }
}
