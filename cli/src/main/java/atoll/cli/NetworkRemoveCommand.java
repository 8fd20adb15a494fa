package atoll.cli;

import atoll.cli.client.ControlClient;
import atoll.cli.report.CommandFailure;
import atoll.cli.report.Exit;
import atoll.core.json.Json;

/// `network remove`.
final class NetworkRemoveCommand implements Command {
  @Override
  public Syntax syntax() {
    return Syntax.of("network remove", "Remove a network that no sandbox is in.")
        .operands("NAME", 1, 1);
  }

  @Override
  public int run(Call call) throws Exception {
    String name = call.operand(0);
    if (!ControlClient.open(call.home()).removeNetwork(name))
      throw CommandFailure.failed(
          "network_not_found", "there is no network " + name, "atoll network list");
    call.print(Json.object("name", name, "removed", true), "removed " + name);
    return Exit.OK;
  }
}
