package atoll.protocol.agent;

import java.nio.charset.StandardCharsets;

/// How a command in a guest ended, and what it wrote.
///
/// @param exitCode -1 when a signal ended it
/// @param status words such as `exit status 3` or `signal: killed`
public record ExecResult(int pid, int exitCode, String status, byte[] stdout, byte[] stderr) {
  /// Standard output as UTF-8, broken sequences replaced.
  public String out() {
    return new String(stdout, StandardCharsets.UTF_8);
  }

  public String err() {
    return new String(stderr, StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "ExecResult["
        + status
        + ", "
        + stdout.length
        + " bytes out, "
        + stderr.length
        + " bytes err]";
  }
}
