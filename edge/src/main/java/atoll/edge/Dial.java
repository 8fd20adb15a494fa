package atoll.edge;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.net.ConnectException;
import java.util.concurrent.TimeUnit;

/// One attempt, repeated a few times where that helps, to connect to a port in a guest for one
/// exchange.
///
/// A server that has just been started often opens its port a moment later, so a refused connection
/// is tried again after 100, 200, 300 and 400 ms. The agent's port is always open, so there a
/// refusal is final.
final class Dial {
  private static final int MOST_TRIES = 5;
  private static final int STEP_MILLIS = 100;
  private static final int CONNECT_MILLIS = 5_000;

  private final RunConnections run;
  private final Exchange exchange;
  private int tries;
  private boolean over;

  private Dial(RunConnections run, Exchange exchange) {
    this.run = run;
    this.exchange = exchange;
  }

  /// Ends in [Exchange#connected] or [Exchange#refused], at once or later, unless cancelled.
  static Dial begin(RunConnections run, Exchange exchange) {
    var dial = new Dial(run, exchange);
    run.began(dial);
    dial.attempt();
    return dial;
  }

  private void attempt() {
    if (over) return;
    tries++;
    EpollSocketChannel channel;
    try {
      channel = channel();
    } catch (IOException e) {
      fail(e);
      return;
    }
    var connection = new GuestConnection(run, exchange.target().port(), channel);
    channel.pipeline().addLast(connection);
    run.edge().loop.register(channel);
    // The wrapped descriptor calls itself active from the start: only this future tells when it is
    // connected. It must be
    // asked for in the same turn of the loop, since an unconnected socket reports a hang-up.
    channel
        .connect(run.addressOf(exchange.target().port()))
        .addListener(f -> settle((ChannelFuture) f, connection));
  }

  private EpollSocketChannel channel() throws IOException {
    int fd = run.socket();
    EpollSocketChannel channel;
    try {
      channel = new EpollSocketChannel(fd);
    } catch (RuntimeException e) {
      new FileDescriptor(fd).close();
      throw new IOException("cannot take over a socket", e);
    }
    channel.config().setAutoRead(false);
    channel.config().setTcpNoDelay(true);
    channel.config().setAllowHalfClosure(true);
    channel.config().setAutoClose(false); // a failed write leaves what came before it to be read
    channel.config().setConnectTimeoutMillis(CONNECT_MILLIS);
    channel.config().setOption(ChannelOption.WRITE_BUFFER_WATER_MARK, run.edge().marks);
    return channel;
  }

  private void settle(ChannelFuture future, GuestConnection connection) {
    if (future.isSuccess() && !over) {
      finish();
      connection.start();
      exchange.connected(connection);
      return;
    }
    connection.close();
    if (!over) again(future.cause());
  }

  private void again(Throwable cause) {
    boolean refused =
        cause instanceof ConnectException
            && !(cause instanceof io.netty.channel.ConnectTimeoutException);
    if (!refused || exchange.target().agent() || tries == MOST_TRIES) {
      fail(cause);
    } else {
      run.edge().loop.schedule(this::attempt, (long) tries * STEP_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void fail(Throwable cause) {
    finish();
    System.getLogger(Dial.class.getName())
        .log(
            System.Logger.Level.DEBUG,
            () -> "no connection to " + exchange.target() + " after " + tries + " tries",
            cause);
    exchange.refused();
  }

  void runEnded() {
    finish();
    exchange.refused();
  }

  /// The client has left; nobody is told.
  void cancel() {
    finish();
  }

  private void finish() {
    over = true;
    run.finished(this);
  }
}
