package atoll.protocol.node;

/// What a node is and how full it is.
///
/// @param hardwareIsolation false under TCG: "no hardware isolation boundary" must then be said to
///   users
/// @param acceleratorReason why monitor and accelerator were chosen, from the behavioural probes
/// @param acceleratorEvidence what those probes saw
/// @param internet `on`, or why sandboxes have no way out and what would help
/// @param cgroups `v2`, `v1` or `hybrid`: what the node found and uses
public record NodeInfo(
    String vmm,
    String accelerator,
    boolean hardwareIsolation,
    String acceleratorReason,
    String acceleratorEvidence,
    String cgroups,
    String internet,
    int sandboxes,
    int slotsReady,
    long memoryFreeMib) {}
