package atoll.cli;

import atoll.cli.client.ControlClient;
import atoll.cli.report.Exit;
import atoll.cli.report.Table;
import atoll.core.json.Json;

/// `network list`.
final class NetworkListCommand implements Command {
  @Override
  public Syntax syntax() {
    return Syntax.of("network list", "List the networks that sandboxes share.");
  }

  @Override
  public int run(Call call) throws Exception {
    var networks = ControlClient.open(call.home()).networks();
    var table = new Table("NETWORK", "SUBNET", "HOST", "BRIDGE", "SANDBOXES", "LACK");
    for (var n : networks)
      table.row(
          n.text("name").orElse(null),
          n.text("subnet").orElse(null),
          n.text("gateway").orElse(null),
          n.text("bridge").orElse(null),
          n.whole("sandboxes").orElse(0L),
          n.text("lack").orElse("-"));
    call.print(Json.of(networks), table.toString());
    return Exit.OK;
  }
}
