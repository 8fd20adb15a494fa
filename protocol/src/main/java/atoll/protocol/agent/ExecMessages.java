package atoll.protocol.agent;

import atoll.core.json.Json;
import java.nio.charset.StandardCharsets;

/// The JSON shapes of `process.Process/Start` that an exec needs.
final class ExecMessages {
  private ExecMessages() {}

  static byte[] start(ExecRequest request) {
    int words = request.command().size();
    Json process =
        Json.object(
            "cmd", request.command().getFirst(),
            "args", request.command().subList(1, words),
            "envs", request.envs(),
            "cwd", request.cwd());
    return Json.object("process", process, "stdin", false)
        .toString()
        .getBytes(StandardCharsets.UTF_8);
  }
}
