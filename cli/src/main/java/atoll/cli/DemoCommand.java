package atoll.cli;

import atoll.cli.client.Credentials;
import atoll.cli.demo.Demo;
import atoll.cli.home.Instance;
import atoll.cli.report.Exit;
import atoll.cli.report.Stages;
import atoll.cli.report.Table;
import atoll.cli.server.Detached;
import atoll.cli.server.Listen;
import atoll.cli.server.Stack;
import atoll.core.json.Json;
import java.util.List;
import java.util.logging.Level;

/// `demo`: everything once, from nothing to the result of a Python program in a microVM.
final class DemoCommand implements Command {
  @Override
  public Syntax syntax() {
    return Syntax.of(
            "demo",
            "Show it all: start Atoll, run Python on real data in a microVM, print the result.")
        .flag("--keep", "Leave Atoll and the sandbox running.")
        .option("--vmm", "KIND", UpCommand.VMM_HELP)
        .flag("--no-install", "Do not install missing Debian packages: list them and stop.");
  }

  @Override
  public int run(Call call) throws Exception {
    Logs.configure(Level.WARNING);
    long start = System.nanoTime();
    call.note(PLAN.formatted(call.home()));
    Demo.Outcome outcome;
    try (var progress = Progression.onStandardError()) {
      outcome = running(call, progress);
    }
    double seconds = Math.round((System.nanoTime() - start) / 1e8) / 10.0;
    boolean stillRunning = Instance.running(call.home()).isPresent();
    call.print(json(call, outcome, seconds), text(call, outcome, seconds, stillRunning));
    return Exit.OK;
  }

  private static Demo.Outcome running(Call call, Progression progress) throws Exception {
    boolean keep = call.flag("--keep");
    if (Instance.running(call.home()).isPresent()) {
      call.note("Atoll already runs in this home: using it.");
      return drive(call, progress, keep);
    }
    if (keep) {
      Stack.prepare(call.home(), Distribution.agentSource(), UpCommand.vmm(call), progress);
      Detached.start(
          call.home(),
          List.of("--port", "0", "--edge-port", "0", "--vmm", UpCommand.vmm(call).label()));
      return drive(call, progress, true);
    }
    try (var stack =
        Stack.open(
            call.home(),
            Listen.onLoopback(0, 0),
            null,
            Distribution.agentSource(),
            UpCommand.vmm(call),
            progress)) {
      return drive(call, progress, false);
    }
  }

  private static Demo.Outcome drive(Call call, Progression progress, boolean keep)
      throws Exception {
    return new Demo(Credentials.read(call.home()), progress)
        .run(Distribution.folder("examples"), keep);
  }

  private static Json json(Call call, Demo.Outcome outcome, double seconds) {
    boolean kept = call.flag("--keep");
    return Json.object(
        "result", outcome.result(),
        "output", outcome.output(),
        "sandboxId", outcome.sandboxId(),
        "timeline", outcome.stages().json(),
        "createMs", Stages.round(outcome.createMs()),
        "computeMs", Stages.round(outcome.computeMs()),
        "seconds", seconds,
        "kept", kept,
        "home", call.home().toString());
  }

  private static String text(
      Call call, Demo.Outcome outcome, double seconds, boolean stillRunning) {
    String home = call.homeOption();
    String next =
        call.flag("--keep")
            ? KEPT.formatted(home, outcome.sandboxId(), home, home)
            : (stillRunning ? STILL : GONE).formatted(home, home);
    return """

    The guest said: %s
    summary.txt, made in the guest:

    %s
    How sandbox %s started:

    %s
    Create took %.0f ms as the client saw it, the Python program %.0f ms, everything %.1f s.
    %s\
    """
        .formatted(
            Table.printable(outcome.output().strip()),
            outcome.result(),
            outcome.sandboxId(),
            outcome.stages().table(),
            outcome.createMs(),
            outcome.computeMs(),
            seconds,
            next);
  }

  private static final String PLAN =
      """
      This starts Atoll in %s: a node, the control API with its database, and the edge.
      The first time it also makes the guest's kernel and the base template from Debian packages; that takes some minutes.
      Then a sandbox is created through the API, data and a Python program go in, and the result comes out.
      """;

  private static final String SDK =
      """
        pip install e2b        from e2b import Sandbox; print(Sandbox.create().commands.run("echo hi").stdout)
        npm install e2b        import { Sandbox } from 'e2b'; console.log(await (await Sandbox.create()).commands.run('echo hi'))
      """;

  private static final String GONE =
      """
      Nothing was left running. To use the official SDKs:
        ./atoll up --detach%s
        eval "$(./atoll env%s)"
      """
          + SDK;

  private static final String STILL =
      """
      The demo's sandbox is gone; Atoll runs on as before. To stop it, and to use the official SDKs:
        ./atoll down%s
        eval "$(./atoll env%s)"
      """
          + SDK;

  private static final String KEPT =
      """
      Atoll was left running. To use the official SDKs, and to stop it:
        eval "$(./atoll env%s)"
      """
          + SDK
          + """
            ./atoll sandbox exec %s%s uname -a
            ./atoll down%s
          """;
}
