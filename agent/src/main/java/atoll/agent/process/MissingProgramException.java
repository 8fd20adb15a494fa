package atoll.agent.process;

/// There is no such program, or it may not be executed: to clients an exit code, not an error of
/// the call.
final class MissingProgramException extends Exception {
  private final int exitCode;

  MissingProgramException(int exitCode, String cmd) {
    super(text(exitCode, cmd), null, false, false);
    this.exitCode = exitCode;
  }

  /// The words that clients of the reference know.
  private static String text(int exitCode, String cmd) {
    String why = exitCode == 127 ? "No such file or directory" : "Permission denied";
    return "/usr/bin/nice: '" + cmd + "': " + why + "\n";
  }

  int exitCode() {
    return exitCode;
  }
}
