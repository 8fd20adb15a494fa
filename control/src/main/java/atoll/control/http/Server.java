package atoll.control.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/// A small HTTP/1.1 server for JSON requests, with every size, time and number bounded.
///
/// - **Owner** whoever opened it; [#close()] takes no new connections, lets requests finish, and
///   may be repeated.
/// - **Threads** one event loop; each request on a virtual thread of its own.
final class Server implements AutoCloseable {
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("control-http", true), NioIoHandler.newFactory());
  private final Traffic traffic;
  private Channel listener;

  private Server(ServerLimits limits, Handler handler) {
    this.traffic = new Traffic(limits, handler);
  }

  static Server open(InetSocketAddress address, ServerLimits limits, Handler handler)
      throws IOException {
    var server = new Server(limits, handler);
    try {
      server.listener = server.bootstrap().bind(address).syncUninterruptibly().channel();
      return server;
    } catch (Exception e) { // Netty throws the checked BindException unchecked
      server.close();
      throw new IOException("cannot listen on " + address + ": " + e.getMessage(), e);
    }
  }

  private ServerBootstrap bootstrap() {
    return new ServerBootstrap()
        .group(loops)
        .channel(NioServerSocketChannel.class)
        .option(ChannelOption.SO_REUSEADDR, true)
        .option(ChannelOption.SO_BACKLOG, 512)
        .childOption(ChannelOption.AUTO_READ, false)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                fill(channel);
              }
            });
  }

  private void fill(Channel channel) {
    var clock = new ReadClock(traffic.limits());
    var decoder =
        new HttpDecoderConfig()
            .setMaxInitialLineLength(ServerLimits.START_LINE)
            .setMaxHeaderSize(ServerLimits.HEADERS)
            .setValidateHeaders(true);
    channel.pipeline().addLast(clock, new HttpServerCodec(decoder), new Connection(traffic, clock));
  }

  InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  @Override
  public void close() {
    if (listener != null) listener.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
    traffic.drain(traffic.limits().draining());
    loops
        .shutdownGracefully(50, 2000, TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(3, TimeUnit.SECONDS);
  }
}
