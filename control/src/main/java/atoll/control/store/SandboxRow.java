package atoll.control.store;

import atoll.core.SandboxId;
import atoll.core.json.Json;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/// One sandbox as stored.
///
/// @param alias name that its template was asked for by, or null
/// @param secured whether its agent demands the token
/// @param internet null where the caller said nothing
/// @param network what was asked for its way out, or null
/// @param startedAt null until the launch gate was passed; so are `endAt`, `shape` and `timeline`
/// @param end null as long as it has not ended
public record SandboxRow(
    SandboxId id,
    UUID teamId,
    String templateId,
    String alias,
    SandboxState state,
    boolean secured,
    Boolean internet,
    Json network,
    Map<String, String> metadata,
    Shape shape,
    Json timeline,
    Instant startedAt,
    Instant endAt,
    End end) {
  /// What its template gave it.
  ///
  /// @param agentVersion `x.y.z`
  public record Shape(String agentVersion, int cpuCount, long memoryMib, long diskMib) {}

  /// Why and when it ended.
  ///
  /// @param at null while the end is still going on
  /// @param reason stable slug
  public record End(Instant at, String reason, String message, String console) {}
}
