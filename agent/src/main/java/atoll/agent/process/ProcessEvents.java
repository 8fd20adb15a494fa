package atoll.agent.process;

import atoll.linux.process.ExitStatus;
import java.nio.charset.StandardCharsets;

/// The JSON of process events.
final class ProcessEvents {
  static final byte[] KEEPALIVE = ascii("{\"event\":{\"keepalive\":{}}}");

  private static final String[] SIGNALS = {
    "",
    "hangup",
    "interrupt",
    "quit",
    "illegal instruction",
    "trace/breakpoint trap",
    "aborted",
    "bus error",
    "floating point exception",
    "killed",
    "user defined signal 1",
    "segmentation fault",
    "user defined signal 2",
    "broken pipe",
    "alarm clock",
    "terminated"
  };

  private ProcessEvents() {}

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static byte[] start(int pid) {
    return ascii("{\"event\":{\"start\":{\"pid\":" + pid + "}}}");
  }

  static byte[] end(ExitStatus status) {
    if (status.signal() == 0) return exited(status.code());
    String words = signalText(status.signal()) + (status.dumped() ? " (core dumped)" : "");
    return ascii(
        "{\"event\":{\"end\":{\"exitCode\":-1,\"status\":\""
            + words
            + "\",\"error\":\""
            + words
            + "\"}}}");
  }

  static byte[] exited(int code) {
    if (code == 0)
      return ascii("{\"event\":{\"end\":{\"exited\":true,\"status\":\"exit status 0\"}}}");
    String words = "exit status " + code;
    return ascii(
        "{\"event\":{\"end\":{\"exitCode\":"
            + code
            + ",\"exited\":true,\"status\":\""
            + words
            + "\",\"error\":\""
            + words
            + "\"}}}");
  }

  private static String signalText(int signal) {
    return "signal: " + (signal < SIGNALS.length ? SIGNALS[signal] : "signal " + signal);
  }
}
