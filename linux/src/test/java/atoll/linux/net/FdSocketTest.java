package atoll.linux.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import atoll.core.Deadline;
import atoll.linux.kernel.KernelException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FdSocketTest {
  private final Inet4Address loopback = (Inet4Address) InetAddress.getLoopbackAddress();
  private final Deadline deadline = Deadline.after(Duration.ofSeconds(5));

  @Test
  void carriesBytesBothWaysAndTimesOut() throws Exception {
    try (var server = new ServerSocket(0, 1, loopback);
        var client = FdSocket.connect(Sockets.tcp(), loopback, server.getLocalPort(), deadline);
        var peer = server.accept()) {
      byte[] big = new byte[100_000];
      big[99_999] = 7;
      var reader =
          new java.util.concurrent.FutureTask<>(() -> peer.getInputStream().readNBytes(big.length));
      Thread.ofPlatform().start(reader);
      client.output().write(big);
      assertThat(reader.get()).isEqualTo(big);
      peer.getOutputStream().write(9);
      assertThat(client.input().read()).isEqualTo(9);
      client.deadline(Deadline.after(Duration.ofMillis(20)));
      assertThatThrownBy(() -> client.input().read()).isInstanceOf(SocketTimeoutException.class);
      client.deadline(deadline);
      peer.close();
      assertThat(client.input().read()).isEqualTo(-1);
    }
  }

  @Test
  void aClosedPortIsTold() throws Exception {
    int port;
    try (var server = new ServerSocket(0, 1, loopback)) {
      port = server.getLocalPort();
    }
    assertThatThrownBy(() -> FdSocket.connect(Sockets.tcp(), loopback, port, deadline))
        .isInstanceOfSatisfying(KernelException.class, e -> assertThat(e.errno()).isEqualTo(111));
  }
}
