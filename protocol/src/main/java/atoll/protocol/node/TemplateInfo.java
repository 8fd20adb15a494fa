package atoll.protocol.node;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/// A template that a node can start sandboxes from.
///
/// @param id 20 characters of `[a-z0-9]`
/// @param vmm kind and accelerator of its snapshot, such as `qemu/tcg`
public record TemplateInfo(
    String id,
    List<String> names,
    UUID buildId,
    int cpuCount,
    long memoryMib,
    long diskMib,
    String agentVersion,
    String vmm,
    Instant createdAt) {
  public TemplateInfo {
    names = List.copyOf(names);
  }
}
