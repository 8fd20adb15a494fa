package atoll.cli;

import atoll.cli.client.ControlClient;
import atoll.cli.report.Exit;

/// `sandbox inspect`.
final class SandboxInspectCommand implements Command {
  @Override
  public Syntax syntax() {
    return Syntax.of(
            "sandbox inspect",
            "Show the host's side of a sandbox: slot, monitor, files, cgroup, timeline.")
        .operands("SANDBOX", 1, 1);
  }

  @Override
  public int run(Call call) throws Exception {
    var inspection = ControlClient.open(call.home()).inspect(call.operand(0));
    call.print(inspection, Lines.of(inspection));
    return Exit.OK;
  }
}
