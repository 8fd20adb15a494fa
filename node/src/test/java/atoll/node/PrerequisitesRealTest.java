package atoll.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import atoll.core.Refusal;
import atoll.testkit.TestSlot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("real")
class PrerequisitesRealTest {
  @TempDir Path folder;

  @Test
  void aHomeThatMonitorsCannotReachIsRefusedWithTheRemedy() throws Exception {
    assumeTrue(TestSlot.possible(), "SKIPPED: a node needs root and /dev/net/tun");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    assertThatThrownBy(() -> Prerequisites.check(folder.resolve("home")))
        .isInstanceOfSatisfying(
            Refusal.Unavailable.class,
            r -> {
              assertThat(r.reason()).isEqualTo("home_unreachable");
              assertThat(r.hint()).contains("chmod o+x " + folder);
            });
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    Prerequisites.check(folder.resolve("home"));
  }

  @Test
  void aDeviceThatIsMissingOrClosedIsNamedWithTheRemedy() {
    for (Path tun :
        java.util.List.of(folder.resolve("tun"), folder)) { // a directory opens for no writer
      assertThatThrownBy(() -> Prerequisites.network(tun))
          .isInstanceOfSatisfying(
              Refusal.Unavailable.class,
              r -> {
                assertThat(r.reason()).isEqualTo("tun_missing");
                assertThat(r.getMessage()).contains(tun.toString());
                assertThat(r.hint()).contains("modprobe tun", tun.toString());
              });
    }
  }
}
