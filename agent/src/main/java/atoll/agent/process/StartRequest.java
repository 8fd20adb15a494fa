package atoll.agent.process;

import atoll.agent.rpc.Message;

/// A request to start a process.
///
/// @param terminal null for a process on pipes
/// @param tag null if none was given
/// @param stdin whether the process gets an input pipe, or the null device
record StartRequest(ProcessConfig config, TerminalSize terminal, String tag, boolean stdin) {
  static StartRequest of(Message message) {
    Message pty = message.message("pty");
    return new StartRequest(
        ProcessConfig.of(message.message("process")),
        pty == null ? null : TerminalSize.of(pty),
        message.optionalText("tag"),
        message.flag("stdin", true));
  }
}
