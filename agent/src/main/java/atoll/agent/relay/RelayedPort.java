package atoll.agent.relay;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/// One loopback port of the guest, offered under the same number on its outer address.
///
/// Owns its listening socket and the connections through it, each on two virtual threads;
/// [#close()] ends all of them.
final class RelayedPort implements AutoCloseable {
  private static final int BACKLOG = 128;
  private static final int CHUNK = 16 * 1024;
  private static final int CONNECT_MILLIS = 5000;
  private static final Duration END = Duration.ofSeconds(2);

  private final Listener target;
  private final ServerSocket outer;
  private final Semaphore permits;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Thread accepting;

  /// @param permits how many connections all ports together may still have
  private RelayedPort(Listener target, ServerSocket outer, Semaphore permits) {
    this.target = target;
    this.outer = outer;
    this.permits = permits;
    accepting = Thread.ofVirtual().name("relay-" + target.port()).start(this::accept);
  }

  /// Fails if the port is taken on that address: then the guest serves it there by itself.
  static RelayedPort open(Listener target, InetAddress address, Semaphore permits)
      throws IOException {
    var socket = new ServerSocket();
    try {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(address, target.port()), BACKLOG);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
    return new RelayedPort(target, socket, permits);
  }

  Listener target() {
    return target;
  }

  private void accept() {
    while (!outer.isClosed()) {
      try {
        Socket client = outer.accept();
        if (permits.tryAcquire()) Thread.ofVirtual().start(() -> serve(client));
        else client.close();
      } catch (IOException e) {
        if (outer.isClosed()) return;
        log("accepting on port " + target.port(), e);
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        var inner = new Socket()) {
      open.add(client);
      open.add(inner);
      if (outer.isClosed()) return;
      inner.connect(target.address(), CONNECT_MILLIS);
      client.setTcpNoDelay(true);
      inner.setTcpNoDelay(true);
      Thread back = Thread.ofVirtual().start(() -> pump(inner, client));
      pump(client, inner);
      back.join();
    } catch (IOException gone) {
      log("a connection to port " + target.port(), gone);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(client);
      open.removeIf(Socket::isClosed);
      permits.release();
    }
  }

  /// Moves bytes until the end of `from`, which `to` is then told; an error ends both directions.
  private static void pump(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] chunk = new byte[CHUNK];
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) out.write(chunk, 0, n);
      to.shutdownOutput();
    } catch (IOException broken) {
      quietly(from);
      quietly(to);
    }
  }

  private static void quietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      log("closing", e);
    }
  }

  private static void log(String what, IOException e) {
    System.getLogger(RelayedPort.class.getName()).log(System.Logger.Level.DEBUG, what, e);
  }

  /// Ends the connections and goes on listening.
  void dropConnections() {
    open.forEach(RelayedPort::quietly);
  }

  /// The port is free once this returns: the thread that waits in accept is the one that really
  /// closes the socket.
  @Override
  public void close() throws IOException {
    outer.close();
    dropConnections();
    try {
      if (!accepting.join(END)) throw new IOException("port " + target.port() + " is still taken");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
