package atoll.cli.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import atoll.cli.report.CommandFailure;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeLockTest {
  @TempDir Path folder;

  @Test
  void aSecondTakerIsRefusedAndToldWhoHoldsIt() throws Exception {
    Home home = Home.at(folder.resolve("home"));
    try (var _ = HomeLock.take(home)) {
      long pid = ProcessHandle.current().pid();
      var instance =
          new Instance(
              pid,
              Processes.startTicks(pid).orElseThrow(),
              Instant.parse("2026-01-01T00:00:00Z"),
              "http://a",
              "http://b");
      instance.write(home);
      assertThatThrownBy(() -> HomeLock.take(home))
          .isInstanceOfSatisfying(
              CommandFailure.class, f -> assertThat(f.reason()).isEqualTo("already_running"))
          .hasMessageContaining("pid " + pid)
          .hasMessageContaining("since 2026-01-01T00:00:00Z");
    }
  }

  @Test
  void aReleasedLockCanBeTakenAgain() throws Exception {
    Home home = Home.at(folder);
    HomeLock.take(home).close();
    HomeLock.take(home).close();
  }
}
