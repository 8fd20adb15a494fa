package atoll.node.gate;

import atoll.core.SandboxId;
import java.util.List;
import java.util.Map;

/// Who a guest is from now on. What is different in every clone: time and entropy are added when it
/// is sent.
///
/// @param accessToken a secret, or null for an open agent
/// @param addresses that its card is to have besides its first, each with its network's length
/// @param user default user of processes and files
public record Identity(
    SandboxId sandbox,
    String templateId,
    String accessToken,
    Map<String, String> envVars,
    String hostname,
    String user,
    String workdir,
    List<String> addresses) {
  public Identity {
    envVars = Map.copyOf(envVars);
    addresses = List.copyOf(addresses);
  }

  @Override
  public String toString() {
    return "Identity[" + sandbox + "]";
  }
}
