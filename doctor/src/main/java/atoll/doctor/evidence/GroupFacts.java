package atoll.doctor.evidence;

/// Limits and pressure of the control groups that the monitor is in; -1 is unlimited or unread.
///
/// @param own whether it is in a group of its sandbox's name in every hierarchy of ours
/// @param frozen name of the group that is frozen, empty if none
/// @param cpus that its quota allows
/// @param throttledMicros time it was held back so far
public record GroupFacts(
    boolean own,
    String frozen,
    long memoryLimit,
    long memoryUsed,
    long oomKills,
    double cpus,
    long throttledMicros,
    long tasks,
    long tasksMost,
    long cpuWeight) {
  public static final GroupFacts NONE = new GroupFacts(true, "", -1, -1, -1, -1, -1, -1, -1, -1);

  /// Its monitor may start no further thread.
  public boolean tasksFull() {
    return tasksMost >= 0 && tasks >= tasksMost;
  }
}
