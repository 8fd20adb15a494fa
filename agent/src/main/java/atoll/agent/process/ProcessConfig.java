package atoll.agent.process;

import atoll.agent.rpc.Message;
import atoll.agent.rpc.MessageWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A command as a client asked for it; kept as it was, for List.
///
/// @param cwd null if none was given
record ProcessConfig(String cmd, List<String> args, Map<String, String> envs, String cwd) {
  static ProcessConfig of(Message message) {
    if (message == null) return new ProcessConfig("", List.of(), Map.of(), null);
    return new ProcessConfig(
        message.text("cmd"),
        message.texts("args"),
        message.textMap("envs"),
        message.optionalText("cwd"));
  }

  List<String> argv() {
    var words = new ArrayList<String>(args.size() + 1);
    words.add(cmd);
    words.addAll(args);
    return words;
  }

  void write(MessageWriter to) {
    to.text(ProcessMessages.CMD, cmd);
    to.texts(ProcessMessages.ARGS, args);
    to.textMap(ProcessMessages.ENVS, envs);
    to.optionalText(ProcessMessages.CWD, cwd);
  }
}
