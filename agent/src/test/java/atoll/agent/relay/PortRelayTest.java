package atoll.agent.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Ports of this machine's loopback address, offered on another of its loopback addresses.
@Tag("real")
@Timeout(30)
class PortRelayTest {
  private final SynchronousQueue<String> looks = new SynchronousQueue<>();
  private InetAddress outer;
  private PortRelay relay;

  /// The relay looks when the test says so, and has looked when the test goes on.
  private final class OnDemand implements ListenEvents {
    @Override
    public void await() throws InterruptedException {
      looks.put("looked");
      looks.put("look again");
    }

    @Override
    public void close() {}
  }

  @BeforeEach
  void start() throws IOException {
    outer = InetAddress.getByName("127.0.0.9");
    relay = new PortRelay(outer, OnDemand::new);
    relay.start();
  }

  @AfterEach
  void stop() throws IOException {
    relay.close();
  }

  private void look() throws InterruptedException {
    assertThat(looks.poll(10, TimeUnit.SECONDS)).isEqualTo("looked");
  }

  private void lookAgain() throws InterruptedException {
    assertThat(looks.poll(10, TimeUnit.SECONDS)).isEqualTo("look again");
    look();
  }

  private static ServerSocket listen(String address, int port) throws IOException {
    var socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(address, port));
    return socket;
  }

  private void speak(ServerSocket inner, int port) throws IOException {
    try (var client = new Socket(outer, port);
        Socket served = inner.accept()) {
      client.getOutputStream().write("ask".getBytes());
      client.shutdownOutput();
      assertThat(served.getInputStream().readAllBytes()).asString().isEqualTo("ask");
      served.getOutputStream().write("answer".getBytes());
      served.shutdownOutput();
      assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("answer");
    }
  }

  @Test
  void offersTakesBackAndOffersAgain() throws Exception {
    look();
    int port;
    try (ServerSocket inner = listen("127.0.0.1", 0)) {
      port = inner.getLocalPort();
      lookAgain();
      speak(inner, port);
    }
    lookAgain();
    assertThat(refuses(port)).isTrue();
    try (ServerSocket inner = listen("127.0.0.1", port)) {
      lookAgain();
      speak(inner, port);
    }
  }

  @Test
  void offersTheOtherFamily() throws Exception {
    look();
    try (ServerSocket inner = listen("::1", 0)) {
      lookAgain();
      speak(inner, inner.getLocalPort());
    }
  }

  @Test
  void leavesOtherAddressesAlone() throws Exception {
    look();
    try (ServerSocket inner = listen("127.0.0.3", 0)) {
      lookAgain();
      assertThat(refuses(inner.getLocalPort())).isTrue();
    }
  }

  @Test
  void endsConnectionsOfAnotherLife() throws Exception {
    look();
    try (ServerSocket inner = listen("127.0.0.1", 0)) {
      lookAgain();
      try (var client = new Socket(outer, inner.getLocalPort());
          Socket served = inner.accept()) {
        client.getOutputStream().write(1);
        assertThat(served.getInputStream().read()).isEqualTo(1);
        relay.dropConnections();
        assertThat(served.getInputStream().read()).isEqualTo(-1);
      }
      speak(inner, inner.getLocalPort());
    }
  }

  private boolean refuses(int port) throws IOException {
    try (var socket = new Socket(outer, port)) {
      return !socket.isConnected();
    } catch (ConnectException e) {
      return true;
    }
  }
}
