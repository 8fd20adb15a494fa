package atoll.template;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import atoll.core.Connection;
import atoll.core.Deadline;
import atoll.core.Refusal;
import atoll.protocol.http.SocketConnection;
import atoll.vmm.Jail;
import atoll.vmm.Vm;
import atoll.vmm.VmExit;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class BuildGuestTest {
  private static final Duration LONG = Duration.ofMinutes(5);

  private final CompletableFuture<VmExit> exit = new CompletableFuture<>();

  @Test
  @Timeout(20)
  void aMonitorThatEndsInTheWarmUpEndsTheWaitForItsGuest() throws Exception {
    try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var guest = new BuildGuest(new EndingVm(), slot(silent));
      var end =
          CompletableFuture.runAsync(() -> accept(silent))
              .thenRunAsync(() -> exit.complete(new VmExit(0, 0, "", "guest_rebooted")));
      assertThatThrownBy(() -> guest.warm("base", UUID.randomUUID(), Deadline.after(LONG)))
          .isInstanceOfSatisfying(
              Refusal.Failed.class,
              r -> org.assertj.core.api.Assertions.assertThat(r.reason()).isEqualTo("vmm_exited"))
          .hasMessageContaining("the monitor ended: exit status 0");
      end.get(5, TimeUnit.SECONDS);
    }
  }

  /// Takes the connection, reads what is asked, and never answers.
  private static void accept(ServerSocket server) {
    try {
      Socket taken = server.accept();
      var _ = taken.getInputStream().read();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static BuildSlot slot(ServerSocket agent) {
    return new BuildSlot() {
      @Override
      public Jail jail() {
        throw new UnsupportedOperationException();
      }

      @Override
      public Connection connect(int port, Deadline deadline) throws IOException {
        return new SocketConnection(new Socket(agent.getInetAddress(), agent.getLocalPort()));
      }

      @Override
      public void close() {}
    };
  }

  private final class EndingVm implements Vm {
    @Override
    public long pid() {
      return 1;
    }

    @Override
    public boolean alive() {
      return !exit.isDone();
    }

    @Override
    public CompletableFuture<VmExit> exit() {
      return exit;
    }

    @Override
    public void run(Deadline deadline) {}

    @Override
    public void pause(Deadline deadline) {}

    @Override
    public void resume(Deadline deadline) {}

    @Override
    public void saveDeviceState(Path file, Deadline deadline) {}

    @Override
    public List<String> consoleTail(int lines) {
      return List.of();
    }

    @Override
    public void stop(Deadline deadline) {}

    @Override
    public void letGo() {}
  }
}
