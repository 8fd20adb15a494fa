package atoll.cli.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import atoll.cli.report.CommandFailure;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class ListenTest {
  @Test
  void aBusyPortNamesItsHolderAndTheOptionThatHelps() throws Exception {
    try (var busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var listen = Listen.onLoopback(busy.getLocalPort(), 0);
      assertThatThrownBy(listen::check)
          .isInstanceOfSatisfying(
              CommandFailure.class, f -> assertThat(f.hint()).contains("--port"))
          .hasMessageContaining("(pid " + ProcessHandle.current().pid() + ")");
    }
  }

  @Test
  void anyFreePortNeedsNoCheck() throws Exception {
    Listen.onLoopback(0, 0).check();
  }

  @Test
  void onePortForBothIsRefused() {
    assertThatThrownBy(() -> Listen.onLoopback(3456, 3456).check())
        .hasMessageContaining("--port and --edge-port are both 3456");
  }

  @Test
  void onlyLoopbackIsNotExposed() {
    assertThat(Listen.on("127.0.0.1", 1, 2).exposed()).isFalse();
    assertThat(Listen.on("::1", 1, 2).exposed()).isFalse();
    assertThat(Listen.on("0.0.0.0", 1, 2).exposed()).isTrue();
    assertThat(Listen.on("192.0.2.7", 1, 2).exposed()).isTrue();
  }

  @Test
  void urlsAreUsableOnThisMachine() throws Exception {
    assertThat(Listen.url(new InetSocketAddress(InetAddress.getByName("0.0.0.0"), 3000)))
        .isEqualTo("http://127.0.0.1:3000");
    assertThat(Listen.url(new InetSocketAddress(InetAddress.getByName("::1"), 3000)))
        .isEqualTo("http://[0:0:0:0:0:0:0:1]:3000");
  }
}
