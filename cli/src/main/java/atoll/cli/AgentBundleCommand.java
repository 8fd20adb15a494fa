package atoll.cli;

import atoll.cli.report.CommandFailure;
import atoll.cli.report.Exit;
import atoll.core.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;

/// `agent bundle`.
final class AgentBundleCommand implements Command {
  @Override
  public Syntax syntax() {
    return Syntax.of(
            "agent bundle", "Make the guest agent with its own Java runtime in a new folder.")
        .operands("DIR", 1, 1);
  }

  @Override
  public int run(Call call) throws Exception {
    Path target = Path.of(call.operand(0)).toAbsolutePath();
    if (Files.exists(target))
      throw CommandFailure.failed("exists", target + " exists already", "name a new folder");
    Distribution.link(target);
    call.print(Json.object("bundle", target.toString()), target.toString());
    return Exit.OK;
  }
}
