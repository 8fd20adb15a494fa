package atoll.cli;

import java.util.List;
import java.util.concurrent.TimeUnit;

/// `agent run`: the guest agent of this build on this machine, for development and tests.
final class AgentRunCommand implements Command {
  private static final int STOP_SECONDS = 10;

  @Override
  public Syntax syntax() {
    return Syntax.of(
            "agent run",
            "Run the guest agent on this machine, as the user you are. It leaves the clock alone.")
        .option("--port", "PORT", "Where it listens. Default: 49983.")
        .option("--address", "ADDRESS", "On which address. Default: 127.0.0.1.");
  }

  @Override
  public int run(Call call) throws Exception {
    String address = call.text("--address");
    var command =
        List.of(
            Distribution.agent().resolve("bin/atoll-agent").toString(),
            "--no-vm",
            "--address",
            address == null ? "127.0.0.1" : address,
            "--port",
            Integer.toString(call.number("--port", 49983, 65535)));
    Process agent = new ProcessBuilder(command).inheritIO().start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(agent)));
    return agent.waitFor();
  }

  private static void end(Process agent) {
    agent.destroy();
    try {
      if (!agent.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) agent.destroyForcibly();
    } catch (InterruptedException e) {
      agent.destroyForcibly();
    }
  }
}
