package atoll.agent.process;

import atoll.agent.rpc.Field;
import atoll.agent.rpc.MessageWriter;
import atoll.agent.rpc.Outgoing;
import atoll.linux.process.ExitStatus;
import java.nio.charset.StandardCharsets;

/// What clients are told of a process.
final class ProcessEvents {
  static final Outgoing KEEPALIVE = event(ProcessMessages.EVENT_KEEPALIVE, to -> {});

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

  private static Outgoing event(Field kind, Outgoing.Content content) {
    return new Outgoing(to -> write(kind, content, to));
  }

  private static void write(Field kind, Outgoing.Content content, MessageWriter to) {
    to.open(ProcessMessages.EVENT);
    to.open(kind);
    content.write(to);
    to.close();
    to.close();
  }

  static Outgoing start(int pid) {
    return event(ProcessMessages.EVENT_START, to -> to.uint32(ProcessMessages.START_PID, pid));
  }

  /// Fills `event` with the first `count` bytes of output; both are the caller's to use again
  /// later.
  static Outgoing data(Outgoing event, Field kind, byte[] output, int count) {
    return event.becomes(
        to -> write(ProcessMessages.EVENT_DATA, data -> data.bytes(kind, output, count), to));
  }

  static Outgoing end(ExitStatus status) {
    if (status.signal() == 0) return exited(status.code());
    String words = signalText(status.signal()) + (status.dumped() ? " (core dumped)" : "");
    return end(-1, false, words, words);
  }

  static Outgoing exited(int code) {
    String words = "exit status " + code;
    return end(code, true, words, code == 0 ? null : words);
  }

  private static Outgoing end(int code, boolean exited, String status, String error) {
    return event(
        ProcessMessages.EVENT_END,
        to -> {
          to.sint32(ProcessMessages.EXIT_CODE, code);
          to.flag(ProcessMessages.EXITED, exited);
          to.text(ProcessMessages.STATUS, status);
          to.optionalText(ProcessMessages.ERROR, error);
        });
  }

  private static String signalText(int signal) {
    return "signal: " + (signal < SIGNALS.length ? SIGNALS[signal] : "signal " + signal);
  }
}
