package atoll.agent;

import atoll.agent.guest.OwnMachine;

/// How one agent is set up, by command line or by a test.
///
/// @param address to listen on
/// @param port 0 for any free one
/// @param inVm whether this is the guest of a microVM of its own, whose clock, name and random
///   generator it then looks after
/// @param relay where ports that programs bind to loopback are offered: an address, empty for the
///   machine's first one, null for nowhere
/// @param metadata where the monitor's metadata service answers, `ADDRESS:PORT`; null for none
public record AgentConfig(String address, int port, boolean inVm, String relay, String metadata) {
  /// The port that hosts expect.
  public static final int DEFAULT_PORT = 49983;

  /// An agent that offers no ports.
  public AgentConfig(String address, int port, boolean inVm) {
    this(address, port, inVm, null, null);
  }

  /// Whether this is a microVM of its own is found out unless the arguments say it; only there are
  /// ports offered by default.
  static AgentConfig parse(String... arguments) {
    String address = "0.0.0.0";
    int port = DEFAULT_PORT;
    Boolean inVm = null;
    String relay = null;
    String metadata = null;
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "-port", "--port" -> port = port(value(i++, arguments));
        case "--address" -> address = value(i++, arguments);
        case "--metadata" -> metadata = value(i++, arguments);
        case "--relay" -> relay = value(i++, arguments);
        case "--vm" -> inVm = true;
        case "-isnotfc", "--no-vm" -> inVm = false;
        default -> throw new IllegalArgumentException("unknown argument " + arguments[i]);
      }
    }
    if (inVm == null) inVm = OwnMachine.detect();
    if (metadata == null && inVm) metadata = OwnMachine.metadata();
    return new AgentConfig(address, port, inVm, relay == null && inVm ? "" : relay, metadata);
  }

  private static int port(String text) {
    try {
      int port = Integer.parseInt(text);
      if (port >= 0 && port <= 0xffff) return port;
    } catch (NumberFormatException e) {
      // told below, together with numbers that are no ports
    }
    throw new IllegalArgumentException("not a port: " + text);
  }

  private static String value(int at, String... arguments) {
    if (at + 1 < arguments.length) return arguments[at + 1];
    throw new IllegalArgumentException(arguments[at] + " needs a value");
  }
}
