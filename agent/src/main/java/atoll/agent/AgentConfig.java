package atoll.agent;

/// How one agent is set up, by command line or by a test.
///
/// @param address to listen on
/// @param port 0 for any free one
/// @param inVm whether this is a guest of a microVM
public record AgentConfig(String address, int port, boolean inVm) {
  /// The port that hosts expect.
  public static final int DEFAULT_PORT = 49983;

  static AgentConfig parse(String... arguments) {
    String address = "0.0.0.0";
    int port = DEFAULT_PORT;
    boolean inVm = true;
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "-port", "--port" -> port = Integer.parseInt(value(i++, arguments));
        case "--address" -> address = value(i++, arguments);
        case "-isnotfc", "--no-vm" -> inVm = false;
        default -> throw new IllegalArgumentException("unknown argument " + arguments[i]);
      }
    }
    return new AgentConfig(address, port, inVm);
  }

  private static String value(int at, String... arguments) {
    if (at + 1 < arguments.length) return arguments[at + 1];
    throw new IllegalArgumentException(arguments[at] + " needs a value");
  }
}
