package atoll.agent.process;

import atoll.agent.rpc.Field;
import atoll.agent.rpc.MessageType;
import java.util.Map;

/// The messages of `process.Process`: what clients send, and the fields of what they are sent.
final class ProcessMessages {
  static final Field CMD = Field.text(1, "cmd");
  static final Field ARGS = Field.texts(2, "args");
  static final Field ENVS = Field.textMap(3, "envs");
  static final Field CWD = Field.text(4, "cwd");
  private static final MessageType CONFIG_TYPE = new MessageType(CMD, ARGS, ENVS, CWD);

  private static final MessageType SIZE =
      new MessageType(Field.uint32(1, "cols"), Field.uint32(2, "rows"));
  private static final MessageType PTY = new MessageType(Field.message(1, "size", SIZE));

  private static final Field SELECTOR =
      Field.message(
          1,
          "process",
          new MessageType(
              Field.uint32(1, "pid").in("selector"), Field.text(2, "tag").in("selector")));
  private static final MessageType INPUT_TYPE =
      new MessageType(Field.bytes(1, "stdin").in("input"), Field.bytes(2, "pty").in("input"));
  private static final Field INPUT_FIELD = Field.message(2, "input", INPUT_TYPE);

  static final MessageType START =
      new MessageType(
          Field.message(1, "process", CONFIG_TYPE),
          Field.message(2, "pty", PTY),
          Field.text(3, "tag"),
          Field.flag(4, "stdin"));

  /// Connect and CloseStdin.
  static final MessageType SELECT = new MessageType(SELECTOR);

  static final MessageType UPDATE = new MessageType(SELECTOR, Field.message(2, "pty", PTY));
  static final MessageType INPUT = new MessageType(SELECTOR, INPUT_FIELD);
  static final MessageType STREAM_INPUT =
      new MessageType(
          Field.message(1, "start", SELECT).in("event"),
          Field.message(2, "data", new MessageType(INPUT_FIELD)).in("event"),
          Field.message(3, "keepalive", MessageType.EMPTY).in("event"));
  static final MessageType SIGNAL =
      new MessageType(
          SELECTOR,
          Field.enumeration(
              2,
              "signal",
              Map.of("SIGNAL_UNSPECIFIED", 0, "SIGNAL_SIGKILL", 9, "SIGNAL_SIGTERM", 15)));

  /// List's answer, item by item.
  static final Field PROCESSES = Field.messages(1, "processes", MessageType.EMPTY);

  static final Field INFO_CONFIG = Field.message(1, "config", CONFIG_TYPE);
  static final Field INFO_PID = Field.uint32(2, "pid");
  static final Field INFO_TAG = Field.text(3, "tag");

  /// The answers of Start and Connect.
  static final Field EVENT = Field.message(1, "event", MessageType.EMPTY);

  static final Field EVENT_START = Field.message(1, "start", MessageType.EMPTY);
  static final Field EVENT_DATA = Field.message(2, "data", MessageType.EMPTY);
  static final Field EVENT_END = Field.message(3, "end", MessageType.EMPTY);
  static final Field EVENT_KEEPALIVE = Field.message(4, "keepalive", MessageType.EMPTY);
  static final Field START_PID = Field.uint32(1, "pid");
  static final Field STDOUT = Field.bytes(1, "stdout");
  static final Field STDERR = Field.bytes(2, "stderr");
  static final Field TERMINAL = Field.bytes(3, "pty");
  static final Field EXIT_CODE = Field.sint32(1, "exitCode");
  static final Field EXITED = Field.flag(2, "exited");
  static final Field STATUS = Field.text(3, "status");
  static final Field ERROR = Field.text(4, "error");

  private ProcessMessages() {}
}
