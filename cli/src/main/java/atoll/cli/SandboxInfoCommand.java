package atoll.cli;

import atoll.cli.client.ControlClient;
import atoll.cli.report.Exit;

/// `sandbox info`.
final class SandboxInfoCommand implements Command {
  @Override
  public Syntax syntax() {
    return Syntax.of("sandbox info", "Show one sandbox as the API describes it.")
        .operands("SANDBOX", 1, 1);
  }

  @Override
  public int run(Call call) throws Exception {
    var control = ControlClient.open(call.home());
    var info = control.info(call.operand(0));
    var json = new SandboxRow(info, control.health(call.operand(0)).orElse(null)).json();
    call.print(json, Lines.of(json));
    return Exit.OK;
  }
}
