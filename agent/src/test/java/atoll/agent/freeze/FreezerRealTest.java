package atoll.agent.freeze;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// On the kernel's own control groups, below one that this test makes.
@Tag("real")
class FreezerRealTest {
  private Path root;
  private Process sleeper;

  @BeforeEach
  void make() throws Exception {
    Path mount = mount();
    assumeTrue(mount != null, "no cgroup version 2 is mounted");
    root = Files.createDirectory(mount.resolve("atoll-freezer-" + ProcessHandle.current().pid()));
    Files.createDirectory(root.resolve("user"));
    Files.createDirectory(root.resolve("ptys"));
    sleeper = new ProcessBuilder("/bin/sleep", "60").start();
    Files.writeString(root.resolve("user/cgroup.procs"), Long.toString(sleeper.pid()));
  }

  private static Path mount() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/mounts"))) {
      String[] fields = line.split(" ");
      if (fields[2].equals("cgroup2")) return Path.of(fields[1]);
    }
    return null;
  }

  @AfterEach
  void remove() throws Exception {
    if (root == null) return;
    Files.writeString(root.resolve("user/cgroup.freeze"), "0");
    sleeper.destroyForcibly();
    assertThat(sleeper.waitFor(10, TimeUnit.SECONDS)).isTrue();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (Files.readString(root.resolve("user/cgroup.events")).contains("populated 1")
        && System.nanoTime() < end) Thread.onSpinWait();
    for (String name : new String[] {"user", "ptys", "."})
      Files.delete(root.resolve(name).normalize());
  }

  @Test
  void aFrozenProcessStandsStillUntilThawed() throws Exception {
    var freezer = new Freezer(root, () -> root.resolve("agent"), TimeUnit.MINUTES.toNanos(1));
    var report = freezer.freeze(Sweep.LEGACY, 512, 5000).report().toString();
    assertThat(report).contains("\"requested\":2", "\"frozen\":2", "\"notFrozen\":0");
    assertThat(Cgroup2.frozen(root.resolve("user"))).isTrue();
    assertThat(freezer.thaw()).isTrue();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (Cgroup2.frozen(root.resolve("user"))) {
      assertThat(System.nanoTime()).as("it goes on").isLessThan(end);
      Thread.onSpinWait();
    }
  }
}
