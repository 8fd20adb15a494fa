package atoll.protocol.node;

import atoll.core.SandboxId;
import atoll.core.Timeline;
import java.time.Instant;

/// A sandbox that passed the launch gate.
///
/// @param templateId id, not name
/// @param agentVersion `x.y.z`
/// @param readyAt when the gate was passed; lifetimes count from here
public record RunningSandbox(
    SandboxId id,
    String templateId,
    String agentVersion,
    int cpuCount,
    long memoryMib,
    long diskMib,
    Instant readyAt,
    Timeline timeline) {}
