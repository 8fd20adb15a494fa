package atoll.agent;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.core.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("real")
class ProcessTest {
  private static RunningAgent agent;

  @BeforeAll
  static void start() throws Exception {
    agent = new RunningAgent();
  }

  @AfterAll
  static void stop() throws Exception {
    agent.close();
  }

  private static Json sh(String script, Object... more) {
    return withProcess(Json.object("cmd", "/bin/sh", "args", List.of("-c", script)), more);
  }

  private static Json withProcess(Json process, Object... more) {
    Object[] all = new Object[more.length + 2];
    all[0] = "process";
    all[1] = process;
    System.arraycopy(more, 0, all, 2, more.length);
    return Json.object(all);
  }

  private static RunningAgent.Stream start(Json message, String... headers) throws Exception {
    return agent.stream("process.Process/Start", message, headers);
  }

  /// All of one output stream as text.
  private static String output(List<Json.Obj> messages, String kind) {
    var text = new java.io.ByteArrayOutputStream();
    for (Json.Obj m : messages) {
      m.object("event")
          .object("data")
          .text(kind)
          .ifPresent(b -> text.writeBytes(Base64.getDecoder().decode(b)));
    }
    return text.toString(StandardCharsets.UTF_8);
  }

  private static Json.Obj end(List<Json.Obj> messages) {
    return messages.get(messages.size() - 2).object("event").object("end");
  }

  @Test
  void streamsOutputAndEnd() throws Exception {
    var all = start(sh("echo out; echo err >&2; exit 42")).all();
    assertThat(output(all, "stdout") + output(all, "stderr")).isEqualTo("out\nerr\n");
    assertThat(end(all).toString())
        .isEqualTo(
            "{\"exitCode\":42,\"exited\":true,\"status\":\"exit status 42\",\"error\":\"exit status 42\"}");
    assertThat(all.getLast().toString()).isEqualTo("{}");
  }

  @Test
  void success() throws Exception {
    assertThat(end(start(sh("true")).all()).toString())
        .isEqualTo("{\"exited\":true,\"status\":\"exit status 0\"}");
  }

  @Test
  void aSignalIsTold() throws Exception {
    assertThat(end(start(sh("kill -TERM $$")).all()).toString())
        .isEqualTo(
            "{\"exitCode\":-1,\"status\":\"signal: terminated\",\"error\":\"signal: terminated\"}");
  }

  @Test
  void missingAndForbiddenPrograms() throws Exception {
    var missing = start(withProcess(Json.object("cmd", "no-such-program"))).all();
    assertThat(end(missing).whole("exitCode")).contains(127L);
    assertThat(output(missing, "stderr")).contains("'no-such-program': No such file or directory");
    var forbidden = start(withProcess(Json.object("cmd", "/etc/passwd"))).all();
    assertThat(end(forbidden).whole("exitCode")).contains(126L);
  }

  @Test
  void aMissingDirectoryIsRefusedBeforeTheStart() throws Exception {
    var all = start(withProcess(Json.object("cmd", "true", "cwd", "/no/such"))).all();
    assertThat(all).hasSize(1);
    assertThat(all.getFirst().object("error").toString())
        .isEqualTo("{\"code\":\"invalid_argument\",\"message\":\"cwd '/no/such' does not exist\"}");
  }

  @Test
  void environmentIsCleanAndTheRequestWins() throws Exception {
    var process = Json.object("cmd", "env", "envs", Map.of("HOME", "/h", "X", "1"), "cwd", "/tmp");
    String text = output(start(withProcess(process)).all(), "stdout");
    assertThat(text.lines().map(l -> l.split("=")[0]))
        .containsExactlyInAnyOrder("PATH", "HOME", "USER", "LOGNAME", "PWD", "X", "E2B_SANDBOX");
    assertThat(text)
        .contains("HOME=/h\n", "X=1\n", "USER=root\n", "PWD=/tmp\n", "E2B_SANDBOX=false\n");
  }

  @Test
  void runsAsTheBasicUser() throws Exception {
    String basic =
        "Basic " + Base64.getEncoder().encodeToString("nobody:".getBytes(StandardCharsets.UTF_8));
    var all =
        start(
                withProcess(Json.object("cmd", "id", "args", List.of("-un"), "cwd", "/")),
                "Authorization",
                basic)
            .all();
    assertThat(output(all, "stdout")).isEqualTo("nobody\n");
  }

  @Test
  void feedsStdinUntilItIsClosed() throws Exception {
    try (var cat = start(withProcess(Json.object("cmd", "cat"), "tag", "cat-1"))) {
      int pid = cat.pid();
      String bytes = Base64.getEncoder().encodeToString("in".getBytes(StandardCharsets.UTF_8));
      var input =
          Json.object("process", Json.object("tag", "cat-1"), "input", Json.object("stdin", bytes));
      assertThat(agent.call("process.Process/SendInput", input).text()).isEqualTo("{}");
      assertThat(output(List.of(cat.next()), "stdout")).isEqualTo("in");
      var selector = Json.object("process", Json.object("pid", pid));
      assertThat(agent.call("process.Process/CloseStdin", selector).status()).isEqualTo(200);
      assertThat(agent.call("process.Process/CloseStdin", selector).status()).isIn(200, 404);
      assertThat(end(cat.all()).bool("exited")).contains(true);
    }
  }

  @Test
  void stdinFalseIsTheNullDevice() throws Exception {
    assertThat(
            end(start(withProcess(Json.object("cmd", "cat"), "stdin", false)).all()).bool("exited"))
        .contains(true);
  }

  @Test
  void killEndsTheStreamAlthoughAGrandchildHoldsThePipe() throws Exception {
    try (var shell = start(sh("sleep 20 & echo $!; wait"))) {
      int pid = shell.pid();
      String orphan = output(List.of(shell.next()), "stdout").strip();
      var kill = Json.object("process", Json.object("pid", pid), "signal", "SIGNAL_SIGKILL");
      assertThat(agent.call("process.Process/SendSignal", kill).status()).isEqualTo(200);
      assertThat(end(shell.all()).text("status")).contains("signal: killed");
      assertThat(ProcessHandle.of(Long.parseLong(orphan)).orElseThrow().destroyForcibly()).isTrue();
    }
  }

  @Test
  void lateSubscribersGetTheEnd() throws Exception {
    int pid;
    try (var first = start(sh("exit 5"), "Keepalive-Ping-Interval", "0")) {
      pid = first.pid();
      first.all();
    }
    var late =
        agent.stream("process.Process/Connect", Json.object("process", Json.object("pid", pid)))
            .all();
    assertThat(late).hasSize(3);
    assertThat(end(late).whole("exitCode")).contains(5L);
    var none =
        agent.stream("process.Process/Connect", Json.object("process", Json.object("pid", 999999)))
            .all();
    assertThat(none.getFirst().object("error").text("code")).contains("not_found");
  }

  @Test
  void everySubscriberSeesTheSame() throws Exception {
    try (var one = start(sh("read x; echo $x$x", "tag", "twice"))) {
      one.pid();
      try (var two =
          agent.stream(
              "process.Process/Connect", Json.object("process", Json.object("tag", "twice")))) {
        two.pid();
        String bytes = Base64.getEncoder().encodeToString("ab\n".getBytes(StandardCharsets.UTF_8));
        var input =
            Json.object(
                "process", Json.object("tag", "twice"), "input", Json.object("stdin", bytes));
        assertThat(agent.call("process.Process/SendInput", input).status()).isEqualTo(200);
        assertThat(output(two.all(), "stdout"))
            .isEqualTo(output(one.all(), "stdout"))
            .isEqualTo("abab\n");
      }
    }
  }

  @Test
  void theDeadlineKills() throws Exception {
    long before = System.nanoTime();
    var all = start(sh("sleep 20"), "Connect-Timeout-Ms", "200").all();
    assertThat(all.getLast().object("error").toString())
        .isEqualTo("{\"code\":\"deadline_exceeded\",\"message\":\"context deadline exceeded\"}");
    assertThat((System.nanoTime() - before) / 1_000_000).isBetween(190L, 5000L);
  }

  @Test
  void keepsAliveInSilence() throws Exception {
    var all = start(sh("sleep 1.3"), "Keepalive-Ping-Interval", "1").all();
    assertThat(all.get(1).toString()).isEqualTo("{\"event\":{\"keepalive\":{}}}");
  }

  @Test
  void aTerminalHasSizeAndAnswers() throws Exception {
    var size = Json.object("size", Json.object("cols", 91, "rows", 17));
    try (var tty = start(sh("stty size; read x; stty size; exit 3", "pty", size))) {
      int pid = tty.pid();
      assertThat(output(List.of(tty.next()), "pty")).startsWith("17 91");
      var resize =
          Json.object(
              "process",
              Json.object("pid", pid),
              "pty",
              Json.object("size", Json.object("cols", 100, "rows", 50)));
      assertThat(agent.call("process.Process/Update", resize).status()).isEqualTo(200);
      var input =
          Json.object("process", Json.object("pid", pid), "input", Json.object("pty", "Cg=="));
      assertThat(agent.call("process.Process/SendInput", input).text()).isEqualTo("{}");
      var rest = tty.all();
      assertThat(output(rest, "pty")).contains("50 100");
      assertThat(end(rest).whole("exitCode")).contains(3L);
    }
  }

  @Test
  void bigOutputIsExact() throws Exception {
    var all = start(sh("head -c 3000000 /dev/zero | tr '\\0' x")).all();
    assertThat(output(all, "stdout")).isEqualTo("x".repeat(3_000_000));
  }

  @Test
  void selectorsAndSignalsAreChecked() throws Exception {
    assertThat(agent.call("process.Process/SendInput", Json.EMPTY).json().text("code"))
        .contains("unimplemented");
    var unknown = Json.object("process", Json.object("pid", 999999), "signal", "SIGNAL_SIGTERM");
    assertThat(agent.call("process.Process/SendSignal", unknown).status()).isEqualTo(404);
    assertThat(agent.call("process.Process/List", Json.EMPTY).status()).isEqualTo(200);
  }

  @Test
  void streamsInput() throws Exception {
    try (var cat = start(withProcess(Json.object("cmd", "cat"), "tag", "streamed"))) {
      cat.pid();
      var selector = Json.object("process", Json.object("tag", "streamed"));
      var body = new java.io.ByteArrayOutputStream();
      body.writeBytes(envelope(Json.object("start", selector)));
      body.writeBytes(
          envelope(Json.object("data", Json.object("input", Json.object("stdin", "YQ==")))));
      body.writeBytes(envelope(Json.object("keepalive", Json.EMPTY)));
      body.writeBytes(
          envelope(Json.object("data", Json.object("input", Json.object("stdin", "Yg==")))));
      var answer =
          agent.send(
              "POST",
              "/process.Process/StreamInput",
              body.toByteArray(),
              "Content-Type",
              "application/connect+json");
      assertThat(answer.text()).isEqualTo("\0\0\0\0\u0002{}\u0002\0\0\0\u0002{}");
      assertThat(agent.call("process.Process/CloseStdin", selector).status()).isEqualTo(200);
      assertThat(output(cat.all(), "stdout")).isEqualTo("ab");
    }
  }

  private static byte[] envelope(Json message) {
    return atoll.protocol.agent.Envelope.of(message.toString().getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void metricsAreWhole() throws Exception {
    assertThat(agent.get("/metrics").json().members().keySet())
        .containsExactly(
            "ts",
            "cpu_count",
            "cpu_used_pct",
            "mem_total_mib",
            "mem_used_mib",
            "mem_total",
            "mem_used",
            "mem_cache",
            "disk_used",
            "disk_total");
  }

  @Test
  void theDeadlineKillsAlthoughTheClientDoesNotRead() throws Exception {
    try (var yes = start(withProcess(Json.object("cmd", "yes")), "Connect-Timeout-Ms", "500")) {
      var stat = java.nio.file.Path.of("/proc/" + yes.pid() + "/stat");
      long end = System.nanoTime() + 10_000_000_000L;
      String state = "R";
      while (!state.equals("Z") && System.nanoTime() < end) state = state(stat);
      assertThat(state).isEqualTo("Z");
    }
  }

  /// The state letter of a process; Z once it is dead and not reaped, or gone.
  private static String state(java.nio.file.Path stat) throws Exception {
    if (!java.nio.file.Files.exists(stat)) return "Z";
    String text = java.nio.file.Files.readString(stat);
    return text.substring(text.lastIndexOf(')') + 2).substring(0, 1);
  }
}
