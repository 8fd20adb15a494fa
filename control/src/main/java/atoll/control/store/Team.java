package atoll.control.store;

import java.time.Duration;
import java.util.UUID;

/// Who owns sandboxes, and how many at once and how long.
///
/// @param slug namespace of its templates
public record Team(
    UUID id,
    String name,
    String slug,
    int concurrentSandboxes,
    Duration longestLife,
    boolean banned) {}
