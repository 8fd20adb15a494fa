package atoll.doctor.evidence;

import java.util.Map;

/// The host below all sandboxes.
///
/// @param nodePid of the node that runs on this home, 0 if none does
/// @param nodeState letter of proc(5) stat, empty if none runs
/// @param cpuPressure percent of the last ten seconds in which a task waited for a processor, -1
///   where the kernel does not say
public record HostFacts(
    boolean root,
    long nodePid,
    String nodeState,
    int journalDamaged,
    long memoryAvailable,
    long memoryTotal,
    double load,
    int processors,
    double cpuPressure,
    long tasks,
    long tasksMost,
    long files,
    long filesMost,
    boolean anchorsShared,
    Map<String, String> settings) {
  public HostFacts {
    settings = Map.copyOf(settings);
  }
}
