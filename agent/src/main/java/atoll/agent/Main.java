package atoll.agent;

import java.io.IOException;

/// Starts the agent: `atoll-agent [--port N] [--address A] [--relay A] [--metadata A:N] [--vm |
/// --no-vm] [-version]`.
public final class Main {
  private Main() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length == 1 && arguments[0].endsWith("-version")) {
      System.out.println(Agent.VERSION);
      return;
    }
    AgentConfig config;
    try {
      config = AgentConfig.parse(arguments);
    } catch (IllegalArgumentException e) {
      System.err.println("atoll-agent: " + e.getMessage());
      System.exit(2);
      return;
    }
    try (var agent = new Agent(config)) {
      System.out.println(
          "atoll-agent " + Agent.VERSION + " listens on " + config.address() + ":" + agent.port());
      agent.run();
    }
  }
}
