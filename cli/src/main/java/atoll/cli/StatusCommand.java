package atoll.cli;

import atoll.cli.client.ControlClient;
import atoll.cli.home.Instance;
import atoll.cli.home.Processes;
import atoll.cli.report.Exit;
import atoll.core.json.Json;
import java.time.Duration;
import java.time.Instant;

/// `status`.
final class StatusCommand implements Command {
  @Override
  public Syntax syntax() {
    return Syntax.of(
        "status", "Say whether Atoll runs in this home, where it listens, and how full it is.");
  }

  @Override
  public int run(Call call) throws Exception {
    var running = Instance.running(call.home());
    if (running.isEmpty()) {
      call.print(
          Json.object("running", false, "home", call.home().toString()),
          "Atoll does not run in " + call.home());
      return Exit.OK;
    }
    show(call, running.get());
    return Exit.OK;
  }

  private static void show(Call call, Instance i) throws Exception {
    var control = ControlClient.open(call.home());
    int sandboxes = control.list().size();
    Json.Obj node = control.node();
    long residentMib = Processes.residentKib(i.pid()).orElse(0L) / 1024;
    var json =
        Json.object(
            "running", true,
            "home", call.home().toString(),
            "pid", i.pid(),
            "startedAt", i.startedAt().toString(),
            "apiUrl", i.apiUrl(),
            "sandboxUrl", i.sandboxUrl(),
            "sandboxes", sandboxes,
            "residentMib", residentMib,
            "vmm", node.text("vmm").orElse(""),
            "accelerator", node.text("accelerator").orElse(""),
            "acceleratorReason", node.text("acceleratorReason").orElse(""),
            "acceleratorEvidence", node.text("acceleratorEvidence").orElse(""));
    var text =
        """
        Atoll runs in %s
          pid        %d, up %s, %d MiB resident
          API        %s
          sandboxes  %s (%d running)
          monitor    %s under %s: %s
        """
            .formatted(
                call.home(),
                i.pid(),
                since(i.startedAt()),
                residentMib,
                i.apiUrl(),
                i.sandboxUrl(),
                sandboxes,
                node.text("vmm").orElse("?"),
                node.text("accelerator").orElse("?"),
                node.text("acceleratorReason").orElse("?"));
    call.print(json, text);
  }

  private static String since(Instant start) {
    var up = Duration.between(start, Instant.now());
    return up.toHours() > 0
        ? "%d h %d min".formatted(up.toHours(), up.toMinutesPart())
        : "%d min %d s".formatted(up.toMinutes(), up.toSecondsPart());
  }
}
