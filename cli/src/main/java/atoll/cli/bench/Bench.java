package atoll.cli.bench;

import atoll.cli.client.ControlClient;
import atoll.cli.home.Home;
import atoll.cli.report.CommandFailure;
import atoll.cli.server.Listen;
import atoll.cli.server.Stack;
import atoll.core.Progress;
import atoll.core.json.Json;
import atoll.node.VmmChoice;
import atoll.template.image.GuestImages;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/// Runs the named benchmarks one after the other and gathers their figures.
///
/// `guest`, `start`, `exec`, `creates` and `boots` drive an Atoll of their own over the home, which
/// must not be running.
public final class Bench {
  public static final List<String> NAMES =
      List.of(
          "slot", "edge", "agent", "guest", "start", "exec", "creates", "boots", "vmm", "up",
          "demo");
  private static final List<String> NEED_STACK =
      List.of("guest", "start", "exec", "creates", "boots");

  private final Home home;
  private final int rounds;
  private final Progressing progress;
  private final VmmChoice monitor;
  private final List<Figure> figures = new ArrayList<>();
  private Json.Obj conditions = Json.EMPTY;

  /// @param monitor which one `vmm` measures; `AUTO` for each that works here
  public Bench(Home home, int rounds, VmmChoice monitor, Progressing progress) {
    this.home = home;
    this.rounds = rounds;
    this.monitor = monitor;
    this.progress = progress;
  }

  public List<Figure> figures() {
    return List.copyOf(figures);
  }

  public Json.Obj conditions() {
    return conditions;
  }

  public void run(List<String> names, GuestImages.AgentSource agent) throws Exception {
    conditions = Conditions.now(Json.EMPTY);
    if (names.contains("slot")) {
      add(SlotBench.run(rounds));
      add(EgressBench.run(rounds));
    }
    if (names.contains("edge")) add(edge());
    if (names.contains("agent")) add(AgentBench.run(agent.bundle(), home.root(), rounds, progress));
    if (names.stream().anyMatch(NEED_STACK::contains)) onStack(names, agent);
    if (names.contains("vmm")) add(new VmmBench(home, rounds, progress, agent, monitor).run());
    if (names.contains("up")) add(UpBench.run(home, rounds));
    if (names.contains("demo")) add(UpBench.secondDemo(home));
  }

  private void add(List<Figure> measured) {
    figures.addAll(measured);
    measured.forEach(figure -> progress.note(String.join("  ", figure.cells())));
  }

  private static List<Figure> edge() throws IOException, InterruptedException {
    for (String folder : System.getenv("PATH").split(":")) {
      if (Files.isExecutable(java.nio.file.Path.of(folder, "nginx"))) return EdgeFigures.run();
    }
    throw CommandFailure.host(
        "nginx_missing",
        "the edge is compared with nginx, which is not installed",
        "apt-get install nginx-light");
  }

  private void onStack(List<String> names, GuestImages.AgentSource agent) throws Exception {
    try (var stack =
        Stack.open(home, Listen.onLoopback(0, 0), null, agent, VmmChoice.QEMU, Progress.NONE)) {
      var control = ControlClient.open(home);
      conditions = Conditions.now(control.node());
      var start = new StartBench(home, stack.instance(), control, progress);
      if (names.contains("exec"))
        add(ExecBench.run(stack.instance(), control, stack.dialer(), Math.max(rounds, 100)));
      if (names.contains("guest"))
        add(GuestAgentBench.run(control, stack.dialer(), Math.max(rounds, 100)));
      if (names.contains("creates")) add(start.together());
      if (names.contains("start")) add(start.run(rounds));
      if (names.contains("boots"))
        add(new BootsBench(start.vmm(), start.template(), rounds, progress).run());
    }
  }
}
