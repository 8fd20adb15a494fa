package atoll.protocol.node;

import atoll.core.SandboxId;
import java.util.Map;

/// A sandbox to start.
///
/// @param template name or id of a template that the node has
/// @param accessToken what the agent must be shown, or null for an open agent; a secret, never
///   logged
/// @param envVars default environment of processes in the sandbox
/// @param internet whether the sandbox may reach beyond the host
public record CreateSandbox(
    SandboxId id,
    String template,
    String accessToken,
    Map<String, String> envVars,
    boolean internet) {
  public CreateSandbox {
    envVars = Map.copyOf(envVars);
  }

  @Override
  public String toString() {
    return "CreateSandbox[" + id + " from " + template + "]";
  }
}
