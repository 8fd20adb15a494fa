package atoll.agent.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Accepts connections and gives each a platform thread of its own, since handlers block in the
/// kernel.
///
/// - **Owner** owns the listening socket; [#close()] ends accepting, connections end by themselves.
/// - **Shape** at most 2048 connections at once; one more is closed unanswered. No timers: idle
///   threads end after a minute.
public final class HttpServer implements AutoCloseable {
  private static final int MOST_CONNECTIONS = 2048;
  private static final int BACKLOG = 1024;

  /// Longer than the idle time of any proxy in front, so that the proxy closes first.
  private static final int IDLE_MILLIS = 640_000;

  private final ServerSocket listener;
  private final Handler handler;
  private final ThreadPoolExecutor threads;

  public HttpServer(InetAddress address, int port, Handler handler) throws IOException {
    this.handler = handler;
    this.listener = new ServerSocket(port, BACKLOG, address);
    this.threads =
        new ThreadPoolExecutor(
            0,
            MOST_CONNECTIONS,
            60,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            Thread.ofPlatform().daemon().name("connection-", 0).factory());
  }

  public int port() {
    return listener.getLocalPort();
  }

  /// Accepts on the calling thread until closed.
  public void run() {
    while (!listener.isClosed()) {
      try {
        serve(listener.accept());
      } catch (SocketException e) {
        if (listener.isClosed()) return;
        log(e);
      } catch (IOException e) {
        log(e);
      }
    }
  }

  private static void log(IOException e) {
    System.getLogger(HttpServer.class.getName())
        .log(System.Logger.Level.WARNING, "accepting a connection", e);
  }

  private void serve(Socket socket) throws IOException {
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(IDLE_MILLIS);
      threads.execute(new ServerConnection(socket, handler));
    } catch (RejectedExecutionException full) {
      socket.close();
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    threads.shutdownNow();
  }
}
