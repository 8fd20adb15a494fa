package atoll.cli;

import atoll.cli.client.ControlClient;
import atoll.cli.report.Exit;

/// `network create`.
final class NetworkCreateCommand implements Command {
  @Override
  public Syntax syntax() {
    return Syntax.of(
            "network create", "Make a network that sandboxes share with each other and the host.")
        .operands("NAME", 1, 1)
        .option(
            "--subnet",
            "CIDR",
            "Its addresses. Default: 192.168.100.0/24, or the next one that the host does not use.")
        .example("atoll network create dev && atoll sandbox create --network dev");
  }

  @Override
  public int run(Call call) throws Exception {
    var network =
        ControlClient.open(call.home()).createNetwork(call.operand(0), call.text("--subnet"));
    call.print(
        network,
        network.text("subnet").orElseThrow()
            + ", the host is "
            + network.text("gateway").orElseThrow()
            + " on "
            + network.text("bridge").orElseThrow());
    return Exit.OK;
  }
}
