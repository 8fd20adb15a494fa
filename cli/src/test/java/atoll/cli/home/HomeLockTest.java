package atoll.cli.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import atoll.cli.report.CommandFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
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
  void oneThatStartsIsNamedAsLongAsItHoldsTheLock() throws Exception {
    Home home = Home.at(folder.resolve("home"));
    assertThat(HomeLock.holder(home)).isEmpty();
    long pid = ProcessHandle.current().pid();
    var lock = HomeLock.take(home);
    assertThat(home.lock()).hasContent(pid + " " + Processes.startTicks(pid).orElseThrow());
    assertThatThrownBy(() -> HomeLock.take(home)).hasMessageContaining("pid " + pid + ":");
    lock.close();
    assertThat(HomeLock.holder(home)).isEmpty();
  }

  @Test
  void aHolderThatEndedOrNeverWroteIsNobody() throws Exception {
    Home home = Home.at(folder.resolve("home"));
    home.create();
    for (String words :
        List.of("", "1", "x y", "1 1", "999999999999999999999 1", "7 ".repeat(99))) {
      Files.writeString(home.lock(), words);
      assertThat(HomeLock.holder(home)).as(words).isEmpty();
    }
  }

  @Test
  void aReleasedLockCanBeTakenAgain() throws Exception {
    Home home = Home.at(folder);
    HomeLock.take(home).close();
    HomeLock.take(home).close();
  }
}
