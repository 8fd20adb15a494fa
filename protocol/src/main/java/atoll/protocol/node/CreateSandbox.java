package atoll.protocol.node;

import atoll.core.SandboxId;
import atoll.protocol.network.EgressPolicy;
import atoll.protocol.network.NetworkName;
import java.util.Map;

/// A sandbox to start.
///
/// @param template name or id of a template that the node has
/// @param accessToken what the agent must be shown, or null for an open agent; a secret, never
///   logged
/// @param envVars default environment of processes in the sandbox
/// @param egress what the sandbox may reach beyond the host
/// @param network a shared network that it is to have a seat in, or null
public record CreateSandbox(
    SandboxId id,
    String template,
    String accessToken,
    Map<String, String> envVars,
    EgressPolicy egress,
    NetworkName network) {
  public CreateSandbox {
    envVars = Map.copyOf(envVars);
  }

  @Override
  public String toString() {
    return "CreateSandbox[" + id + " from " + template + "]";
  }
}
