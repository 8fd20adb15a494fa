package atoll.linux.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import atoll.linux.kernel.Errno;
import atoll.linux.kernel.FdIo;
import atoll.linux.kernel.KernelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("real")
class ClonedChildTest {
  @BeforeAll
  static void thisKernelHasTheCall() {
    Assumptions.assumeTrue(ClonedChild.possible(), "only x86-64 starts children by clone3");
  }

  private static String output(Spawn spawn) throws Exception {
    try (var pipe = Pipe.open()) {
      PolledChild child = ClonedChild.start(spawn.fd(1, pipe.sink().number()));
      assertThat(child).as("clone3").isNotNull();
      pipe.sink().close();
      String text = new String(new FdInput(pipe.source()).readAllBytes(), StandardCharsets.UTF_8);
      assertThat(child.reap()).isEqualTo(new ExitStatus(0, 0));
      return text;
    }
  }

  private static Spawn shell(String script) {
    return Spawn.command("sh", "-c", script);
  }

  @Test
  void givesWordsEnvironmentAndDirectory() throws Exception {
    var spawn =
        Spawn.command("sh", "-c", "echo \"$1\" $A; pwd; env | wc -l", "sh", "ü x")
            .environment(Map.of("A", "b c", "PATH", "/nowhere:/usr/bin:/bin"))
            .directory("/usr");
    assertThat(output(spawn)).isEqualTo("ü x b c\n/usr\n3\n");
  }

  @Test
  void leavesOnlyTheNamedDescriptorsOpen() throws Exception {
    assertThat(output(shell("ls /proc/self/fd; readlink /proc/self/fd/0")))
        .isEqualTo("0\n1\n2\n3\n/dev/null\n");
  }

  @Test
  void copiesDescriptorsThatSitOnEachOthersPlaces() throws Exception {
    try (var a = Pipe.open();
        var b = Pipe.open()) {
      int first = a.sink().number();
      int second = b.sink().number();
      var spawn = shell("echo one >/proc/self/fd/" + first + "; echo two >/proc/self/fd/" + second);
      PolledChild child = ClonedChild.start(spawn.fd(first, second).fd(second, first));
      a.sink().close();
      b.sink().close();
      assertThat(child.reap()).isEqualTo(new ExitStatus(0, 0));
      assertThat(new FdInput(b.source()).readAllBytes()).asString().isEqualTo("one\n");
      assertThat(new FdInput(a.source()).readAllBytes()).asString().isEqualTo("two\n");
    }
  }

  @Test
  void resetsSignalsAndSetsTheScore() throws Exception {
    var spawn = Spawn.command("cat", "/proc/self/status", "/proc/self/oom_score_adj");
    assertThat(output(spawn.oomScore(100)).lines())
        .contains("SigBlk:\t0000000000000000", "SigIgn:\t0000000000000000", "100");
  }

  @Test
  void tellsAMissingProgramFromOneThatMayNotBeExecutedAndAMissingDirectory() {
    assertThatThrownBy(() -> ClonedChild.start(Spawn.command("no-such-program")))
        .isInstanceOfSatisfying(
            KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
    assertThatThrownBy(() -> ClonedChild.start(Spawn.command("/etc/passwd")))
        .isInstanceOfSatisfying(
            KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EACCES));
    assertThatThrownBy(() -> ClonedChild.start(shell("true").directory("/nowhere")))
        .isInstanceOf(WorkingDirectoryException.class);
  }

  @Test
  void looksForAProgramInEachFolderOfThePathInTurn(@TempDir Path folder) throws Exception {
    Path plain = Files.createDirectories(folder.resolve("plain"));
    Path good = Files.createDirectories(folder.resolve("good"));
    Files.writeString(plain.resolve("found-here"), "#!/bin/sh\necho wrong\n");
    Files.writeString(good.resolve("found-here"), "#!/bin/sh\necho right\n");
    assertThat(good.resolve("found-here").toFile().setExecutable(true)).isTrue();
    String gone = folder.resolve("gone") + ":/etc/passwd:";
    assertThat(output(looking(gone + plain + ":" + good))).isEqualTo("right\n");
    assertThatThrownBy(() -> ClonedChild.start(looking(gone + plain + ":/usr/bin")))
        .isInstanceOfSatisfying(
            KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EACCES));
    assertThatThrownBy(() -> ClonedChild.start(looking(gone + "/usr/bin")))
        .isInstanceOfSatisfying(
            KernelException.class, e -> assertThat(e.errno()).isIn(Errno.ENOENT, Errno.ENOTDIR));
  }

  private static Spawn looking(String path) {
    return Spawn.command("found-here").environment(Map.of("PATH", path));
  }

  @Test
  void isBornInItsControlGroup() throws Exception {
    Path group = group();
    try (var folder = FdIo.open(group, FdIo.O_RDONLY)) {
      String own = output(shell("cat /proc/self/cgroup").cgroup(folder.number()));
      assertThat(own.lines())
          .anyMatch(l -> l.startsWith("0::") && l.endsWith(group.getFileName() + ""));
    } finally {
      Files.delete(group);
    }
  }

  /// A fresh group at the root of this machine's second hierarchy.
  private static Path group() throws Exception {
    for (String line : Files.readAllLines(Path.of("/proc/mounts"))) {
      String[] words = line.split(" ");
      if (!words[2].equals("cgroup2") || !Files.isWritable(Path.of(words[1]))) continue;
      return Files.createTempDirectory(Path.of(words[1]), "atoll-test-");
    }
    return Assumptions.abort("SKIPPED: no cgroup2 is mounted, or not for us");
  }

  @Test
  void wearsAnotherUsersIdsInTheChildAlone() throws Exception {
    Assumptions.assumeTrue(OwnCredentials.VALUE.uid() == 0, "only root may become another user");
    String own = Files.readString(Path.of("/proc/thread-self/status"));
    assertThat(output(shell("id -u; id -g; id -G").credentials(12345, 54321, 54321, 7)))
        .isEqualTo("12345\n54321\n54321 7\n");
    assertThat(Files.readString(Path.of("/proc/thread-self/status")).lines().toList())
        .contains(own.lines().filter(l -> l.startsWith("Uid:")).findFirst().orElseThrow());
  }

  @Test
  void givesATerminalWithJobControl() throws Exception {
    try (var pty = Pty.open();
        var pipe = Pipe.open()) {
      pty.resize(90, 33);
      var spawn = shell("stty size; tty; ps -o pid=,pgid=,tpgid= -p $$").terminal(pty.slave());
      PolledChild child = ClonedChild.start(spawn);
      var words = new String(new FdInput(pty.master()).readAllBytes(), StandardCharsets.UTF_8);
      child.reap();
      assertThat(words).startsWith("33 90\r\n" + pty.slave() + "\r\n");
      String pid = Integer.toString(child.pid());
      assertThat(words.lines().skip(2).findFirst().orElseThrow().strip().split(" +"))
          .containsExactly(pid, pid, pid);
    }
  }
}
