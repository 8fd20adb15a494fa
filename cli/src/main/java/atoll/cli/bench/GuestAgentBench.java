package atoll.cli.bench;

import atoll.cli.client.ControlClient;
import atoll.core.Deadline;
import atoll.core.json.Json;
import atoll.protocol.agent.AgentClient;
import atoll.protocol.agent.ExecRequest;
import atoll.protocol.agent.ExecResult;
import atoll.protocol.http.HttpClient;
import atoll.protocol.node.GuestDialer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The agent in a guest: a warm exec beside a bare posix_spawn in the same guest, and what it costs
/// when nobody asks.
final class GuestAgentBench {
  private static final Duration CALL = Duration.ofMinutes(2);
  private static final int OUTPUT = 4096;
  private static final int WARM_UP = 50;
  private static final int BARE_WARM_UP = 10;

  /// Ours and the other take turns, so that a host that is slower for a while is so for both.
  private static final int TURNS = 10;

  private static final int IDLE_SECONDS = 60;

  /// The same in Python, without any agent: median milliseconds.
  private static final String BARE =
      """
      import os, time
      def once():
          r, w = os.pipe()
          begun = time.perf_counter()
          pid = os.posix_spawn('/bin/sh', ['sh', '-c', 'echo hi'], {'PATH': '/usr/bin:/bin'}, file_actions=[(os.POSIX_SPAWN_DUP2, w, 1)])
          os.close(w)
          os.read(r, 10)
          os.waitpid(pid, 0)
          os.close(r)
          return (time.perf_counter() - begun) * 1000
      for i in range(%1$d): once()
      print(sorted(once() for i in range(%2$d))[%2$d // 2])
      """;

  /// Processor time of the agent so far, in ticks of 10 ms.
  private static final String TICKS =
      "set -- $(cat /proc/$(pgrep -x atoll-agent)/stat); echo $((${14} + ${15}))";

  private GuestAgentBench() {}

  static List<Figure> run(ControlClient control, GuestDialer dialer, int rounds) throws Exception {
    Json.Obj sandbox = control.create(StartBench.request());
    String id = StartBench.id(sandbox);
    try (var http = new HttpClient(ExecBench.inside(dialer, id));
        var agent =
            new AgentClient(
                ExecBench.inside(dialer, id), sandbox.text("envdAccessToken").orElse(null))) {
      var headers = ExecBench.headers(sandbox);
      Samples.take(WARM_UP, () -> ExecBench.exec(http, headers));
      var ours = new ArrayList<Double>();
      var bare = new ArrayList<Double>();
      int each = Math.max(1, rounds / TURNS);
      for (int turn = 0; turn < TURNS; turn++) {
        for (int i = 0; i < each; i++) ours.add(Samples.once(() -> ExecBench.exec(http, headers)));
        bare.add(number(agent, "python3", "-c", BARE.formatted(BARE_WARM_UP, each)));
      }
      double before = number(agent, "sh", "-c", TICKS);
      TimeUnit.SECONDS.sleep(IDLE_SECONDS); // the measurement itself
      double idle = 10 * (number(agent, "sh", "-c", TICKS) - before);
      return List.of(
          Figure.ratio(
              "agent in the guest: exec of sh -c 'echo hi', warm, from the host",
              Samples.of(ours).median(),
              "ms",
              "a bare posix_spawn in the same guest",
              Samples.of(bare).median(),
              2,
              ours.size()),
          Figure.atMost(
              "agent in the guest: processor time of an idle minute, with one exec",
              idle,
              "ms",
              600,
              1));
    } finally {
      control.kill(id);
    }
  }

  private static double number(AgentClient agent, String... command) throws IOException {
    ExecResult result = agent.exec(ExecRequest.as("user", command), OUTPUT, Deadline.after(CALL));
    if (result.exitCode() != 0)
      throw new IOException(command[0] + " in the guest failed: " + result.err());
    return Double.parseDouble(result.out().strip());
  }
}
