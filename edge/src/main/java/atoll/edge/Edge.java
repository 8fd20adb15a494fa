package atoll.edge;

import atoll.protocol.node.GuestDialer;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// The way in: a listener that carries HTTP/1.1 and what grows out of it (WebSocket, any upgrade)
/// to ports inside sandboxes.
///
/// - **Owner** whoever called [#start]; [#close()] drops every connection and ends its threads.
/// - **Threads** a client's connection and the guest's it uses live on one event loop; nothing is
///   handed between loops.
/// - **Memory** bounded per connection: heads by 64 KiB, bodies by the write buffers' high mark;
///   bodies are never collected.
/// - **Fails** with [IOException] if the address cannot be taken.
/// - **Sources** RFC 9112 (HTTP/1.1); `docs/design.md` for routing and answers.
public final class Edge implements AutoCloseable {
  private static final WriteBufferWaterMark MARKS = new WriteBufferWaterMark(64 << 10, 256 << 10);
  private static final int BACKLOG = 1024;
  private static final long CLOSE_SECONDS = 5;

  private final MultiThreadIoEventLoopGroup loops;
  private final ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
  private final Map<EventLoop, EdgeLoop> states = new ConcurrentHashMap<>();
  private final EdgeConfig config;
  private final Limits limits;
  private final GuestDialer dialer;
  private Channel listener;

  private Edge(EdgeConfig config, GuestDialer dialer) {
    this.config = config;
    this.dialer = dialer;
    limits = new Limits(config.connections(), config.perSandbox());
    var threads = new DefaultThreadFactory("edge", true);
    loops = new MultiThreadIoEventLoopGroup(config.threads(), threads, EpollIoHandler.newFactory());
  }

  public static Edge start(EdgeConfig config, GuestDialer dialer) throws IOException {
    var edge = new Edge(config, dialer);
    try {
      edge.listen();
      return edge;
    } catch (IOException | RuntimeException e) {
      edge.close();
      throw e;
    }
  }

  private void listen() throws IOException {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops)
            .channel(EpollServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, MARKS)
            .childHandler(new Accept())
            .bind(config.listen())
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          "cannot listen on " + config.listen() + ": " + bound.cause().getMessage(), bound.cause());
    }
    listener = bound.channel();
  }

  /// Where it listens, with the port that was taken.
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  /// Clients connected at this moment.
  public int connections() {
    return limits.connections();
  }

  @Override
  public void close() {
    if (listener != null) listener.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
    clients.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
    loops
        .shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS)
        .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
  }

  private final class Accept extends ChannelInitializer<Channel> {
    @Override
    protected void initChannel(Channel channel) {
      if (!limits.admit(channel)) {
        channel.close();
        return;
      }
      clients.add(channel);
      EdgeLoop loop =
          states.computeIfAbsent(
              channel.eventLoop(), l -> new EdgeLoop(l, config, dialer, limits, MARKS));
      channel.pipeline().addLast(new ClientConnection(loop, channel));
    }
  }
}
