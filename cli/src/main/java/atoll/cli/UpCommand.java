package atoll.cli;

import atoll.cli.home.Home;
import atoll.cli.home.Instance;
import atoll.cli.report.CommandFailure;
import atoll.cli.report.Exit;
import atoll.cli.server.Detached;
import atoll.cli.server.Listen;
import atoll.cli.server.Stack;
import atoll.core.json.Json;
import atoll.node.VmmChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;

/// `up`: runs node, control and edge in this process until it is told to stop.
final class UpCommand implements Command {
  private static final int MOST_PORT = 65535;

  /// For every command that opens a node.
  static final String VMM_HELP =
      "The monitor: auto, firecracker or qemu. Default: auto, Firecracker where one is installed (ATOLL_FIRECRACKER, or the PATH) and its guests run.";

  static VmmChoice vmm(Call call) {
    return VmmChoice.of(call.text("--vmm") == null ? "auto" : call.text("--vmm"));
  }

  @Override
  public Syntax syntax() {
    return Syntax.of("up", "Start Atoll: node, control API and edge in one process.")
        .flag("--detach", "Return when it is ready, and leave it running.")
        .option("--port", "PORT", "Of the control API; 0 for any free one. Default: 3000.")
        .option("--edge-port", "PORT", "Of the edge; 0 for any free one. Default: 3002.")
        .option("--host", "ADDRESS", "Where both listen. Default: 127.0.0.1.")
        .option(
            "--database-url",
            "URL",
            "A PostgreSQL of your own, jdbc:postgresql://...; its user and password come from ATOLL_DATABASE_USER and ATOLL_DATABASE_PASSWORD. Default: embedded.")
        .option("--vmm", "KIND", VMM_HELP)
        .flag("--no-install", "Do not install missing Debian packages: list them and stop.");
  }

  @Override
  public int run(Call call) throws Exception {
    if (call.flag("--detach")) return detach(call);
    Logs.configure(Level.INFO);
    var listen = listen(call);
    if (listen.exposed())
      call.note(
          "atoll: warning: listening on "
              + listen.host().getHostAddress()
              + " without TLS; API keys and data travel in the clear");
    var stopped = new CountDownLatch(1);
    try (var progress = Progression.onStandardError()) {
      var stack =
          Stack.open(
              call.home(),
              listen,
              call.text("--database-url"),
              Distribution.agentSource(),
              vmm(call),
              progress);
      announce(call, stack.instance(), null);
    }
    stopped.await(); // ended by SIGINT or SIGTERM, through the stack's own hook
    return Exit.OK;
  }

  private static int detach(Call call) throws Exception {
    var json = Detached.start(call.home(), passedOn(call));
    var instance =
        Instance.running(call.home())
            .orElseThrow(() ->
                CommandFailure.failed(
                    "start_failed",
                    "Atoll ended right after its start",
                    "see " + call.home().log()));
    if (!json.members().containsKey("pid"))
      throw CommandFailure.failed("start_failed", "Atoll did not say that it runs", null);
    announce(call, instance, call.home());
    return Exit.OK;
  }

  private static List<String> passedOn(Call call) {
    var arguments = new ArrayList<String>();
    for (String option : List.of("--port", "--edge-port", "--host", "--database-url", "--vmm")) {
      if (call.text(option) == null) continue;
      arguments.add(option);
      arguments.add(call.text(option));
    }
    if (call.flag("--no-install")) arguments.add("--no-install");
    return arguments;
  }

  private static Listen listen(Call call) {
    String host = call.text("--host") == null ? "127.0.0.1" : call.text("--host");
    return Listen.on(
        host,
        call.number("--port", Listen.API_PORT, MOST_PORT),
        call.number("--edge-port", Listen.EDGE_PORT, MOST_PORT));
  }

  /// @param logged the home whose log file a detached process writes, or null
  private static void announce(Call call, Instance instance, Home logged) {
    var json =
        Json.object(
            "pid", instance.pid(),
            "home", call.home().toString(),
            "startedAt", instance.startedAt().toString(),
            "apiUrl", instance.apiUrl(),
            "sandboxUrl", instance.sandboxUrl(),
            "log", logged == null ? null : logged.log().toString());
    var text =
        """
        Atoll is up (pid %d), state in %s
          API        %s
          sandboxes  %s
          SDKs       eval "$(./atoll env%s)"
        %s\
        """
            .formatted(
                instance.pid(),
                call.home(),
                instance.apiUrl(),
                instance.sandboxUrl(),
                call.homeOption(),
                logged == null
                    ? "Stop it with Ctrl-C or `atoll down`.\n"
                    : "  log        " + logged.log() + "\n");
    call.print(json, text);
  }
}
