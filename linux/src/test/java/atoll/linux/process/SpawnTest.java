package atoll.linux.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import atoll.linux.kernel.Errno;
import atoll.linux.kernel.KernelException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SpawnTest {
  private static ExitStatus end(Child child) throws Exception {
    return child.exit().get(10, TimeUnit.SECONDS);
  }

  private static String output(Spawn spawn) throws Exception {
    try (var pipe = Pipe.open()) {
      Child child = spawn.fd(1, pipe.sink().number()).start();
      pipe.sink().close();
      String text = new String(new FdInput(pipe.source()).readAllBytes(), StandardCharsets.UTF_8);
      assertThat(end(child).ok()).as(text).isTrue();
      return text;
    }
  }

  @Test
  void tellsTheExitCode() throws Exception {
    assertThat(end(Spawn.command("sh", "-c", "exit 7").start())).isEqualTo(new ExitStatus(7, 0));
  }

  @Test
  void waitsForTheEndNoLongerThanAsked() throws Exception {
    Child child = Spawn.command("sleep", "60").start();
    assertThat(child.awaitEnd(Duration.ofMillis(1))).isEmpty();
    child.signal(9);
    assertThat(child.awaitEnd(Duration.ofSeconds(10)).map(ExitStatus::signal)).contains(9);
    assertThat(child.awaitEnd(Duration.ZERO)).isPresent();
  }

  @Test
  void tellsTheSignal() throws Exception {
    Child child = Spawn.command("sleep", "60").start();
    assertThat(child.alive()).isTrue();
    child.signal(15);
    assertThat(end(child)).isEqualTo(new ExitStatus(-1, 15));
    child.signal(15);
    assertThat(child.alive()).isFalse();
  }

  @Test
  void givesEnvironmentAndDirectory() throws Exception {
    var spawn =
        Spawn.command("/bin/sh", "-c", "echo $A $PWD")
            .environment(Map.of("A", "b c"))
            .directory("/usr");
    assertThat(output(spawn)).isEqualTo("b c /usr\n");
  }

  @Test
  void inheritsNothingElse() throws Exception {
    try (var extra = Pipe.open()) {
      var spawn = Spawn.command("sh", "-c", "echo /proc/self/fd/*; readlink /proc/self/fd/0");
      assertThat(extra.source().number()).isGreaterThan(2);
      assertThat(output(spawn)).contains("/dev/null").doesNotContain("/proc/self/fd/5");
    }
  }

  @Test
  void swapsDescriptorsThatSitOnEachOther() throws Exception {
    try (var out = Pipe.open();
        var in = Pipe.open()) {
      new FdOutput(in.sink()).write("swapped".getBytes(StandardCharsets.UTF_8));
      in.sink().close();
      int source = in.source().number();
      int sink = out.sink().number();
      String script = "cat </proc/self/fd/" + sink + " >/proc/self/fd/" + source;
      Child child = Spawn.command("sh", "-c", script).fd(sink, source).fd(source, sink).start();
      assertThat(end(child).ok()).isTrue();
      out.sink().close();
      assertThat(new FdInput(out.source()).readAllBytes()).asString().isEqualTo("swapped");
    }
  }

  @Test
  void missingProgramIsEnoent() {
    for (String name : new String[] {"no-such-program", "/no/such/program"}) {
      assertThatThrownBy(() -> Spawn.command(name).start())
          .isInstanceOfSatisfying(
              KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
    }
  }

  @Test
  void aPtyIsTheControllingTerminal() throws Exception {
    try (var pty = Pty.open()) {
      pty.resize(91, 17);
      Child child =
          Spawn.command("sh", "-c", "tty; stty size </dev/tty").terminal(pty.slave()).start();
      var text = new String(new FdInput(pty.master()).readAllBytes(), StandardCharsets.UTF_8);
      assertThat(end(child).ok()).isTrue();
      assertThat(text).isEqualTo(pty.slave() + "\r\n17 91\r\n");
    }
  }

  /// The way of older kernels and other processors, on this one.
  @Test
  @Tag("real")
  void withoutCloneAThreadOfItsOwnWearsWhatTheChildIsToHave() throws Exception {
    try (var pipe = Pipe.open()) {
      String script = "id -u; id -G; grep NoNewPrivs /proc/self/status";
      PolledChild child =
          Spawn.command("sh", "-c", script)
              .credentials(65534, 65534, 65534, 100)
              .noNewPrivileges()
              .fd(1, pipe.sink().number())
              .posixSpawn();
      pipe.sink().close();
      assertThat(new FdInput(pipe.source()).readAllBytes())
          .asString()
          .isEqualTo("65534\n65534 100\nNoNewPrivs:\t1\n");
      assertThat(child.reap().ok()).isTrue();
    }
    assertThat(output(Spawn.command("id", "-u"))).isEqualTo("0\n");
  }

  @Test
  void withoutCloneAChildIsBoundedAfterItsStart() throws Exception {
    try (var in = Pipe.open();
        var out = Pipe.open()) {
      PolledChild child =
          Spawn.command("sh", "-c", "read go; ulimit -n; ulimit -Hn")
              .fd(0, in.source().number())
              .fd(1, out.sink().number())
              .limit(Limit.OPEN_FILES, 99)
              .posixSpawn();
      out.sink().close();
      new FdOutput(in.sink()).write("go\n".getBytes(StandardCharsets.UTF_8));
      assertThat(new FdInput(out.source()).readAllBytes()).asString().isEqualTo("99\n99\n");
      assertThat(child.reap().ok()).isTrue();
    }
  }

  @Test
  @Tag("real")
  void runsAsAnotherUserAndThisThreadStaysWhoItWas() throws Exception {
    var spawn =
        Spawn.command("sh", "-c", "id -u; id -g; id -G")
            .credentials(65534, 65534, 65534, 100)
            .plainPriority();
    assertThat(output(spawn)).isEqualTo("65534\n65534\n65534 100\n");
    assertThat(output(Spawn.command("id", "-u"))).isEqualTo("0\n");
  }

  @Test
  void boundsWhatAChildMayUseAndGain() throws Exception {
    String script = "ulimit -n; ulimit -Hn; ulimit -c; grep NoNewPrivs /proc/self/status";
    var spawn =
        Spawn.command("sh", "-c", script)
            .limit(Limit.OPEN_FILES, 99)
            .limit(Limit.CORE_BYTES, 0)
            .noNewPrivileges();
    assertThat(output(spawn)).isEqualTo("99\n99\n0\nNoNewPrivs:\t1\n");
    assertThat(output(Spawn.command("grep", "NoNewPrivs", "/proc/self/status")))
        .isEqualTo("NoNewPrivs:\t0\n");
  }

  @Test
  void aChildThatCannotBeBoundedDoesNotLive() {
    long more = Long.MAX_VALUE; // than the kernel lets anybody have
    assertThatThrownBy(() -> Spawn.command("sleep", "60").limit(Limit.OPEN_FILES, more).start())
        .isInstanceOfSatisfying(
            KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EPERM));
  }

  @Test
  void manyChildrenLeaveNoDescriptor() throws Exception {
    end(Spawn.command("true").start());
    int before = openFiles();
    for (int i = 0; i < 100; i++) assertThat(end(Spawn.command("true").start()).ok()).isTrue();
    assertThat(openFiles()).isLessThanOrEqualTo(before + 2);
  }

  private static int openFiles() {
    return new java.io.File("/proc/self/fd").list().length;
  }

  @Test
  @Tag("real")
  void startHereBorrowsCredentialsAndGivesThemBack() throws Exception {
    try (var pipe = Pipe.open();
        var buffer = new ReadBuffer(4096);
        var poll = new PollSet(2)) {
      var spawn =
          Spawn.command(
              "sh",
              "-c",
              "id -u; id -G; grep -c '^Cap.*:[[:space:]]0*$' /proc/self/status; exit 3");
      PolledChild child =
          spawn.credentials(65534, 65534, 100).fd(1, pipe.sink().number()).startHere();
      pipe.sink().close();
      poll.watch(1, child.pidfd());
      assertThat(poll.await(10_000)).isTrue();
      assertThat(poll.ready(1)).isTrue();
      byte[] text = new byte[buffer.read(pipe.source().number(), 4096)];
      buffer.copyTo(text, 0, text.length);
      assertThat(child.reap()).isEqualTo(new ExitStatus(3, 0));
      assertThat(new String(text, StandardCharsets.UTF_8)).isEqualTo("65534\n65534 100\n4\n");
      assertThat(child.signal(9)).isFalse();
    }
    assertThat(output(Spawn.command("sh", "-c", "id -u; id -g"))).isEqualTo("0\n0\n");
  }

  @Test
  void aMissingDirectoryIsToldFromAMissingProgram() {
    assertThatThrownBy(() -> Spawn.command("/bin/true").directory("/no/such").start())
        .isInstanceOf(WorkingDirectoryException.class);
  }
}
