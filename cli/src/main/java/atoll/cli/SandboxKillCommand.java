package atoll.cli;

import atoll.cli.client.ControlClient;
import atoll.cli.report.CommandFailure;
import atoll.cli.report.Exit;
import atoll.cli.report.Table;
import atoll.core.json.Json;
import java.util.ArrayList;
import java.util.List;

/// `sandbox kill`.
final class SandboxKillCommand implements Command {
  @Override
  public Syntax syntax() {
    return Syntax.of(
            "sandbox kill", "End sandboxes and return when nothing of them is left on the host.")
        .operands("SANDBOX...", 0, Integer.MAX_VALUE)
        .flag("--all", "All running ones.");
  }

  @Override
  public int run(Call call) throws Exception {
    boolean all = call.flag("--all");
    if (all != call.operands().isEmpty())
      throw CommandFailure.usage("name sandboxes, or say --all");
    var client = ControlClient.open(call.home());
    var targets =
        all
            ? client.list().stream().map(s -> new SandboxRow(s, null).id()).toList()
            : call.operands();
    var killed = new ArrayList<String>();
    var missing = new ArrayList<String>();
    for (String id : targets) (client.kill(id) ? killed : missing).add(id);
    call.print(Json.object("killed", killed, "notFound", missing), text(killed, missing));
    return missing.isEmpty() ? Exit.OK : Exit.FAILED;
  }

  private static String text(List<String> killed, List<String> missing) {
    var out = new StringBuilder();
    killed.forEach(id -> out.append("killed ").append(id).append('\n'));
    missing.forEach(id -> out.append("no such sandbox: ").append(Table.printable(id)).append('\n'));
    return out.toString();
  }
}
