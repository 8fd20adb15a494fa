package atoll.node.egress.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class CarrierTest {
  private static final byte[] ANSWER =
      "no!".repeat(20_000).getBytes(StandardCharsets.US_ASCII); // more than one read

  private final EventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private ServerSocket far;

  @BeforeEach
  void listen() throws IOException {
    far = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void end() throws Exception {
    far.close();
    loop.shutdownGracefully(0, 2, TimeUnit.SECONDS).sync();
  }

  /// A server that answers before it has read everything closes with a reset; whoever writes on is
  /// told the answer first.
  @RepeatedTest(40)
  void anAnswerBeforeAResetIsPassedOnWhole() throws Exception {
    Thread.ofVirtual().start(this::answerUnread);
    SocketAddress front = front();
    try (var guest = new Socket()) {
      guest.connect(front);
      Thread.ofVirtual().start(() -> flood(guest));
      assertThat(guest.getInputStream().readNBytes(ANSWER.length)).isEqualTo(ANSWER);
    }
  }

  private void answerUnread() {
    try (Socket talk = far.accept()) {
      talk.getInputStream().read();
      talk.getOutputStream().write(ANSWER);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void flood(Socket guest) {
    try {
      for (int i = 0; i < 200; i++) guest.getOutputStream().write(new byte[16 << 10]);
    } catch (IOException expected) {
      assertThat(expected).isNotNull();
    }
  }

  private SocketAddress front() throws InterruptedException {
    Channel bound =
        new ServerBootstrap()
            .group(loop)
            .channel(EpollServerSocketChannel.class)
            .childOption(ChannelOption.AUTO_READ, false)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel guest) {
                    carry(guest);
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .sync()
            .channel();
    return bound.localAddress();
  }

  /// As a passage does.
  private void carry(Channel guest) {
    Carrier.prepare(guest);
    guest.pipeline().addLast(new Carrier());
    ChannelFuture connected =
        new Bootstrap()
            .group(loop)
            .channel(EpollSocketChannel.class)
            .option(ChannelOption.AUTO_READ, false)
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel remote) {
                    Carrier.prepare(remote);
                    remote.pipeline().addLast(new Carrier());
                  }
                })
            .connect(new InetSocketAddress(far.getInetAddress(), far.getLocalPort()));
    connected.addListener(_ -> {
      Carrier.join(guest, connected.channel());
      Carrier.readAgain(guest);
      Carrier.readAgain(connected.channel());
    });
  }
}
