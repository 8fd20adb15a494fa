package atoll.protocol.agent;

import java.util.List;
import java.util.Map;

/// A command to run in a guest until it ends, without input.
///
/// @param command program and arguments
/// @param cwd null for the user's default directory
/// @param user null for the agent's default user
public record ExecRequest(List<String> command, Map<String, String> envs, String cwd, String user) {
  public ExecRequest {
    command = List.copyOf(command);
    envs = Map.copyOf(envs);
    if (command.isEmpty()) throw new IllegalArgumentException("a command needs at least one word");
  }

  /// As the given user, in the default directory, with the default environment.
  public static ExecRequest as(String user, String... command) {
    return new ExecRequest(List.of(command), Map.of(), null, user);
  }
}
