package atoll.node.egress.proxy;

import atoll.linux.net.NamespaceDialer;
import atoll.linux.net.Netns;
import atoll.protocol.network.EgressPolicy;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// The threads of all name proxies of a node: one event loop that carries bytes, a few that wait
/// for names to be resolved. None exists before the first proxy.
///
/// - **Owner** the node; [#close()] ends them, after the proxies.
public final class ProxyLoop implements NameProxy.Opener, AutoCloseable {
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
  private static final int RESOLVERS = 8;
  private static final int MOST_QUESTIONS = 1024; // waiting; more is refused at once

  private final NamespaceDialer dialer;
  private final HostNames names;
  private EventLoopGroup group; // LOCK: this
  private ThreadPoolExecutor resolvers; // LOCK: this

  public ProxyLoop(NamespaceDialer dialer, HostNames names) {
    this.dialer = dialer;
    this.names = names;
  }

  @Override
  public NameProxy open(Netns netns, EgressPolicy policy) throws IOException {
    return NameProxy.open(this, netns, policy);
  }

  /// Before the first channel is made: Netty loads its native part with the loop.
  void start() {
    var _ = group();
  }

  private synchronized EventLoopGroup group() {
    if (group == null) {
      group =
          new MultiThreadIoEventLoopGroup(1, named("egress-proxy"), EpollIoHandler.newFactory());
      resolvers =
          new ThreadPoolExecutor(
              RESOLVERS,
              RESOLVERS,
              10,
              TimeUnit.SECONDS,
              new ArrayBlockingQueue<>(MOST_QUESTIONS),
              named("egress-names"));
      resolvers.allowCoreThreadTimeOut(true);
    }
    return group;
  }

  private static java.util.concurrent.ThreadFactory named(String name) {
    return Thread.ofPlatform().daemon().name(name).factory();
  }

  HostNames names() {
    return names;
  }

  /// For questions that block.
  ///
  /// @throws RejectedExecutionException if too many wait
  synchronized Executor resolvers() {
    if (resolvers == null) throw new RejectedExecutionException("no proxy is open");
    return resolvers;
  }

  /// Binds the port to which the slot's rules redirect.
  void listen(Channel listener, int port, Consumer<EpollSocketChannel> accepted)
      throws IOException {
    listener.pipeline().addLast(new Acceptor(accepted));
    ChannelFuture registered = group().register(listener);
    await(registered);
    ChannelFuture bound = listener.bind(new InetSocketAddress(port));
    await(bound);
    if (bound.isSuccess()) return;
    listener.close();
    throw new IOException("no proxy in the slot: " + bound.cause(), bound.cause());
  }

  /// A connection out of the slot, not yet registered.
  EpollSocketChannel socket(Netns netns) throws IOException {
    return new EpollSocketChannel(dialer.socket(netns));
  }

  synchronized ChannelFuture register(Channel channel) {
    return group().register(channel);
  }

  void await(ChannelFuture future) {
    boolean _ = future.awaitUninterruptibly(LONGEST_WAIT.toMillis());
  }

  @Override
  public synchronized void close() {
    if (group == null) return;
    resolvers.shutdownNow();
    group
        .shutdownGracefully(0, LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(LONGEST_WAIT.toMillis());
  }

  /// Hands each accepted connection on.
  private static final class Acceptor extends ChannelInboundHandlerAdapter {
    private final Consumer<EpollSocketChannel> accepted;

    Acceptor(Consumer<EpollSocketChannel> accepted) {
      this.accepted = accepted;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      accepted.accept((EpollSocketChannel) message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      System.getLogger(ProxyLoop.class.getName())
          .log(System.Logger.Level.DEBUG, "accepting a connection of a guest", cause);
    }
  }
}
