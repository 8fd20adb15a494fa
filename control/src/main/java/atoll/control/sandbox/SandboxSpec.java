package atoll.control.sandbox;

import java.time.Duration;
import java.util.Map;

/// A sandbox that somebody asks for, checked for form but not yet against templates and limits.
///
/// @param template name, id or reference as asked
/// @param sharedNetwork name of one of the team's, or null
/// @param fingerprint SHA-256 of what was asked, to compare repeated requests
/// @param idempotencyKey null for none
public record SandboxSpec(
    String template,
    Duration timeout,
    boolean secured,
    NetworkSpec network,
    String sharedNetwork,
    Map<String, String> metadata,
    Map<String, String> envVars,
    String fingerprint,
    String idempotencyKey) {
  public SandboxSpec {
    metadata = Map.copyOf(metadata);
    envVars = Map.copyOf(envVars);
  }

  @Override
  public String toString() {
    return "SandboxSpec[" + template + "]";
  }
}
