package atoll.agent.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListenersTest {
  private static final String HEAD = "  sl  local_address rem_address   st tx_queue rx_queue\n";

  private static String line(String local, String state, long inode) {
    return "   0: %s 00000000:0000 %s 00000000:00000000 00:00000000 00000000  1000        0 %d 1 x\n"
        .formatted(local, state, inode);
  }

  @Test
  void findsLoopbackListenersOfBothFamiliesAndNothingElse(@TempDir Path net) throws Exception {
    Files.writeString(
        net.resolve("tcp"),
        HEAD
            + line("0100007F:1F90", "0A", 7)
            + line("00000000:0050", "0A", 8)
            + line("0200007F:0051", "0A", 9)
            + line("0100007F:1F91", "01", 10)
            + line("0100007F:1F92", "0A", 11));
    Files.writeString(
        net.resolve("tcp6"),
        HEAD
            + line("00000000000000000000000001000000:1F93", "0A", 12)
            + line("0000000000000000FFFF00000100007F:1F94", "0A", 13));
    assertThat(new Listeners(net).now())
        .isEqualTo(
            Map.of(
                0x1f90,
                new Listener(false, 0x1f90, 7),
                0x1f93,
                new Listener(true, 0x1f93, 12),
                0x1f94,
                new Listener(false, 0x1f94, 13)));
  }

  @Test
  void aKernelWithoutTheSecondFamilyIsFine(@TempDir Path net) throws Exception {
    Files.writeString(net.resolve("tcp"), HEAD);
    assertThat(new Listeners(net).now()).isEmpty();
  }
}
