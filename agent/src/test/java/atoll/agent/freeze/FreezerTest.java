package atoll.agent.freeze;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// On a tree of files that looks like the kernel's.
class FreezerTest {
  private static final long LATE = TimeUnit.MINUTES.toNanos(10);
  @TempDir Path root;

  private void group(String name, String asked, String events) throws IOException {
    Path group = Files.createDirectories(root.resolve(name));
    Files.writeString(group.resolve("cgroup.freeze"), asked + "\n");
    Files.writeString(group.resolve("cgroup.events"), "populated 1\nfrozen " + events + "\n");
  }

  private String asked(String name) throws IOException {
    return Files.readString(root.resolve(name).resolve("cgroup.freeze")).strip();
  }

  private Freezer freezer(String own) {
    return new Freezer(root, () -> root.resolve(own), LATE);
  }

  @Test
  void freezesTheWorkloadAndThawsItAgain() throws Exception {
    group("user", "0", "1");
    group("ptys", "0", "1");
    group("socats", "0", "0");
    var freezer = freezer("agent");
    var report = freezer.freeze(Sweep.LEGACY, 512, 1).report().toString();
    assertThat(report).contains("\"mode\":\"legacy\"", "\"requested\":2", "\"frozen\":2");
    assertThat(asked("user") + asked("ptys") + asked("socats")).isEqualTo("110");
    assertThat(freezer.thaw()).isTrue();
    assertThat(asked("user") + asked("ptys")).isEqualTo("00");
  }

  @Test
  void whatTheGuestFrozeStaysFrozen() throws Exception {
    group("user", "1", "1");
    group("ptys", "0", "1");
    var freezer = freezer("agent");
    var report = freezer.freeze(Sweep.LEGACY, 512, 1).report().toString();
    assertThat(report).contains("\"preFrozen\":1", "\"requested\":1");
    freezer.thaw();
    assertThat(asked("user") + asked("ptys")).isEqualTo("10");
  }

  @Test
  void theHierarchyIsFrozenButForTheAgentAndWhatKeepsAGuestReachable() throws Exception {
    for (String name :
        new String[] {
          "user",
          "init.scope",
          "socats",
          "system.slice",
          "system.slice/systemd-journald.service",
          "system.slice/cron.service",
          "system.slice/agent.service",
          "machine.slice",
          "machine.slice/deep"
        }) group(name, "0", "0");
    var freezer = freezer("system.slice/agent.service");
    var report = freezer.freeze(Sweep.HIERARCHY, 512, 1).report().toString();
    assertThat(report).contains("\"allowlisted\":3", "\"notFrozen\":3", "\"truncated\":false");
    assertThat(asked("user")).isEqualTo("1");
    assertThat(asked("system.slice/cron.service")).isEqualTo("1");
    assertThat(asked("machine.slice") + asked("machine.slice/deep")).isEqualTo("10");
    for (String awake :
        new String[] {"system.slice", "system.slice/agent.service", "init.scope", "socats"})
      assertThat(asked(awake)).as(awake).isEqualTo("0");
    freezer.thaw();
    assertThat(freezer.freeze(Sweep.HIERARCHY, 2, 0).report().toString())
        .contains("\"truncated\":true", "\"visited\":2");
    freezer.thaw();
  }

  @Test
  void withoutControlGroupsNothingCanBeSeen() throws Exception {
    assertThat(freezer("agent").freeze(Sweep.LEGACY, 512, 1).report().toString())
        .contains("\"unobservable\":2", "\"requested\":0", "\"failed\":0");
  }

  @Test
  void nothingStaysFrozenForLong() throws Exception {
    group("user", "0", "1");
    new Freezer(root, () -> root.resolve("agent"), TimeUnit.MILLISECONDS.toNanos(20))
        .freeze(Sweep.LEGACY, 512, 0);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (asked("user").equals("1")) {
      assertThat(System.nanoTime()).as("the watchdog thaws").isLessThan(end);
      Thread.onSpinWait();
    }
  }
}
