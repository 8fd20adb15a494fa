package atoll.control.store;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/// Which running sandboxes to list.
///
/// @param metadata pairs that must all be there
/// @param templateId null for any
/// @param startedAfter inclusive; null for any
/// @param after where the last page stopped, or null
/// @param limit how many rows at most
public record SandboxQuery(
    UUID teamId,
    Map<String, String> metadata,
    String templateId,
    Instant startedAfter,
    boolean ascending,
    Position after,
    int limit) {
  /// A place in the order of the list: newest first and then by id, or exactly the reverse.
  public record Position(Instant startedAt, String id) {}
}
