package atoll.agent.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Accepts connections and gives each a platform thread of its own, since handlers block in the
/// kernel.
///
/// - **Owner** owns the listening socket; [#close()] ends accepting, connections end by themselves.
/// - **Shape** at most 2048 connections at once; for one more, the one that waited longest for its
///   client is closed. No timers: idle threads end after a minute.
public final class HttpServer implements AutoCloseable {
  private static final Limits USUAL = new Limits(2048, TimeUnit.SECONDS.toNanos(30));
  private static final int BACKLOG = 1024;

  /// Threads of connections that were just closed and have not noticed yet.
  private static final int ENDING = 256;

  private final ServerSocketChannel listener;
  private final Handler handler;
  private final ThreadPoolExecutor threads;
  private final Connections connections;

  /// @param connections open at once
  /// @param headNanos from the first byte of a head to its last; nobody who means it needs longer
  record Limits(int connections, long headNanos) {}

  /// @param listener from [#listen]
  public HttpServer(ServerSocketChannel listener, Handler handler) {
    this(listener, handler, USUAL);
  }

  HttpServer(ServerSocketChannel listener, Handler handler, Limits limits) {
    this.handler = handler;
    this.connections = new Connections(limits);
    this.listener = listener;
    this.threads =
        new ThreadPoolExecutor(
            0,
            limits.connections() + ENDING,
            60,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            HttpServer::thread);
  }

  /// Clients that connect from now on wait until somebody runs a server with it.
  ///
  /// @param port 0 for any free one
  public static ServerSocketChannel listen(String address, int port) throws IOException {
    var listener = ServerSocketChannel.open();
    try {
      return listener.bind(new InetSocketAddress(InetAddress.getByName(address), port), BACKLOG);
    } catch (IOException | RuntimeException e) {
      listener.close();
      throw e;
    }
  }

  /// The JDK's own numbered names go through method handles made on the spot: a fifth of the time
  /// from the start to the first answer.
  private static Thread thread(Runnable connection) {
    return Thread.ofPlatform().daemon().name("connection").unstarted(connection);
  }

  public int port() {
    return listener.socket().getLocalPort();
  }

  /// Accepts on the calling thread until closed.
  public void run() {
    while (listener.isOpen()) {
      try {
        serve(listener.accept());
      } catch (ClosedChannelException closed) {
        return;
      } catch (IOException e) {
        log(e);
      }
    }
  }

  private static void log(IOException e) {
    System.getLogger(HttpServer.class.getName())
        .log(System.Logger.Level.WARNING, "accepting a connection", e);
  }

  private void serve(SocketChannel channel) throws IOException {
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    var connection = new ServerConnection(channel, handler, connections);
    try {
      if (connections.admit(connection)) threads.execute(connection);
      else channel.close();
    } catch (RejectedExecutionException | OutOfMemoryError noThread) {
      connections.ended(connection);
      channel.close();
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    threads.shutdownNow();
  }
}
