package atoll.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import atoll.core.Bytes;
import atoll.core.Deadline;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Groups on whatever this host mounts.
@Tag("real")
class CgroupsRealTest {
  private static final CgroupLimits LIMITS = new CgroupLimits(Bytes.mib(64), 20, 0.5);
  private static final String NAME = "test-" + ProcessHandle.current().pid();

  private Cgroups cgroups;

  @BeforeEach
  void detect() throws IOException {
    Assumptions.assumeTrue(
        "root".equals(System.getProperty("user.name"))
            && Files.readString(Path.of("/proc/self/mountinfo")).contains(" - cgroup"),
        "SKIPPED: needs root and a mounted cgroup hierarchy");
    cgroups = Cgroups.detect();
  }

  @AfterEach
  void removeGroup() throws IOException {
    if (cgroups == null) return;
    Cgroup group = cgroups.open(NAME);
    group.kill();
    group.awaitEmpty(soon());
    group.remove();
  }

  @Test
  void limitsAreWrittenWhereAControllerExists() throws IOException {
    Cgroup group = cgroups.create(NAME, LIMITS);
    assertThat(group.paths()).allSatisfy(p -> assertThat(p).isDirectory());
    assertThat(cgroups.missing(group)).isSubsetOf("memory", "pids", "cpu");
    String memory = Long.toString(Bytes.mib(64).count());
    if (!cgroups.missing(group).contains("memory")) {
      assertThat(group.paths())
          .anySatisfy(
              p -> assertThat(limit(p, "memory.max", "memory.limit_in_bytes")).isEqualTo(memory));
    }
  }

  @Test
  void aGroupOfThatNameIsNotTakenOver() throws IOException {
    Cgroup first = cgroups.create(NAME, LIMITS);
    assertThatThrownBy(() -> cgroups.create(NAME, LIMITS))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(first.paths()).allSatisfy(p -> assertThat(p).isDirectory());
  }

  @Test
  void aPlacedProcessIsKilledWithItsChildren() throws Exception {
    Cgroup group = cgroups.create(NAME, LIMITS);
    Process shell = new ProcessBuilder("sh", "-c", "read go; sleep 600 & sleep 600 & wait").start();
    group.place(shell.pid());
    shell.getOutputStream().write('\n');
    shell.getOutputStream().flush();
    assertThat(group.members()).contains((int) shell.pid());
    assertThat(group.awaitEmpty(Deadline.after(Duration.ofMillis(30)))).isFalse();
    group.kill();
    assertThat(group.awaitEmpty(soon())).isTrue();
    group.remove();
    assertThat(group.paths()).allSatisfy(p -> assertThat(p).doesNotExist());
    assertThat(shell.waitFor()).isEqualTo(128 + 9);
  }

  @Test
  void anOccupiedGroupIsNotRemovedSilently() throws Exception {
    Cgroup group = cgroups.create(NAME, LIMITS);
    Process child = new ProcessBuilder("sleep", "600").start();
    group.place(child.pid());
    assertThatThrownBy(group::remove)
        .hasMessageContaining("cannot remove cgroup")
        .hasMessageContaining(Long.toString(child.pid()));
  }

  @Test
  void anAbsentGroupIsAlreadyKilledEmptyAndRemoved() throws IOException {
    Cgroup absent = cgroups.open(NAME);
    absent.kill();
    assertThat(absent.awaitEmpty(soon())).isTrue();
    absent.remove();
  }

  private static String limit(Path group, String... candidates) throws IOException {
    for (String c : candidates) {
      if (Files.exists(group.resolve(c))) return Files.readString(group.resolve(c)).strip();
    }
    return "";
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(10));
  }
}
