package atoll.cli;

import atoll.cli.client.ControlClient;
import atoll.cli.report.Exit;
import atoll.cli.report.Stages;
import atoll.core.json.Json;

/// `sandbox timeline`.
final class SandboxTimelineCommand implements Command {
  @Override
  public Syntax syntax() {
    return Syntax.of("sandbox timeline", "Show how long each stage of a sandbox's start took.")
        .operands("SANDBOX", 1, 1);
  }

  @Override
  public int run(Call call) throws Exception {
    String id = call.operand(0);
    var stages = Stages.of(ControlClient.open(call.home()).timeline(id));
    call.print(
        Json.object(
            "sandboxId", id, "timeline", stages.json(), "totalMs", Stages.round(stages.totalMs())),
        stages.table());
    return Exit.OK;
  }
}
