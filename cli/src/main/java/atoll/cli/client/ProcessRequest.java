package atoll.cli.client;

import atoll.core.json.Json;
import java.util.List;
import java.util.Map;

/// A program to run in a guest.
///
/// @param user account in the guest, or null for its default
/// @param cwd working directory, or null for the user's home
/// @param stdin whether input will be sent
/// @param timeoutSeconds after which the agent kills it; 0 for never
public record ProcessRequest(
    List<String> command,
    Map<String, String> env,
    String cwd,
    String user,
    boolean stdin,
    int timeoutSeconds) {
  public ProcessRequest {
    command = List.copyOf(command);
    env = Map.copyOf(env);
  }

  /// Without input, environment or limit, as the guest's default user.
  public static ProcessRequest of(String... command) {
    return new ProcessRequest(List.of(command), Map.of(), null, null, false, 0);
  }

  Json.Obj json() {
    var process =
        Json.object(
            "cmd",
            command.getFirst(),
            "args",
            command.subList(1, command.size()),
            "envs",
            env,
            "cwd",
            cwd);
    return Json.object("process", process, "stdin", stdin);
  }

  @Override
  public String toString() {
    return "ProcessRequest[" + command.getFirst() + "]";
  }
}
