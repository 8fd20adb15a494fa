package atoll.protocol.node;

import atoll.core.SandboxId;
import java.time.Instant;

/// How well a sandbox is, from what its node sees of it.
///
/// @param cause stable slug such as `agent_unreachable`; empty for a healthy one
/// @param message for people; empty for a healthy one
/// @param since when it came to be so
public record SandboxHealth(
    SandboxId id, State state, String cause, String message, Instant since) {
  /// How much of it works.
  public enum State {
    /// Its link is up and its agent answers.
    HEALTHY,
    /// Its monitor runs, and something between host and agent does not work.
    DEGRADED,
    /// Its monitor has ended, and nobody asked for it.
    DEAD
  }

  public static SandboxHealth healthy(SandboxId id, Instant since) {
    return new SandboxHealth(id, State.HEALTHY, "", "", since);
  }
}
