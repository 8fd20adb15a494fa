package atoll.cli;

import atoll.cli.client.ControlClient;
import atoll.cli.report.Exit;
import atoll.cli.report.Table;
import atoll.core.json.Json;

/// `sandbox logs`.
final class SandboxLogsCommand implements Command {
  @Override
  public Syntax syntax() {
    return Syntax.of("sandbox logs", "Show the last lines of a sandbox's console.")
        .operands("SANDBOX", 1, 1)
        .option("-n --lines", "COUNT", "At most this many. Default: 200.");
  }

  @Override
  public int run(Call call) throws Exception {
    String id = call.operand(0);
    var control = ControlClient.open(call.home());
    var console = control.console(id, call.number("-n", 200, 1000));
    if (console.isEmpty()) control.timeline(id); // a sandbox that never was has no lines either
    var text = new StringBuilder();
    console.forEach(line -> text.append(Table.printable(line)).append('\n'));
    call.print(Json.object("sandboxId", id, "lines", console), text.toString());
    return Exit.OK;
  }
}
