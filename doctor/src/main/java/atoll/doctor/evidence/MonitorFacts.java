package atoll.doctor.evidence;

import java.util.List;
import java.util.Map;

/// The monitor's process, from proc(5).
///
/// @param there whether the very process of the journal exists: pid and start time agree
/// @param state letter of proc(5) stat; `?` if it is gone
/// @param namespace inode of its network namespace, 0 if unread
/// @param taps what each tun descriptor leads to; an empty name is a deleted tap
/// @param threads states of its threads
/// @param cpuTicks user and system time so far
/// @param groups its path in each cgroup hierarchy, by controller list (empty key: version 2)
/// @param nice the highest of its threads
/// @param policy of scheduling, the highest of its threads: 0 is normal, 5 idle
/// @param switches how often its threads, without the main one, were given or gave up a processor
/// @param deleted files that it holds and whose name is gone
/// @param doubles other processes with the same folder in their arguments
public record MonitorFacts(
    boolean there,
    String state,
    long namespace,
    Map<Integer, String> taps,
    List<String> threads,
    long cpuTicks,
    Map<String, String> groups,
    int nice,
    int policy,
    long tracer,
    int uid,
    int cpus,
    long memoryMib,
    long switches,
    List<String> deleted,
    List<Long> doubles) {
  public static final MonitorFacts GONE =
      new MonitorFacts(
          false, "?", 0, Map.of(), List.of(), 0, Map.of(), 0, 0, 0, -1, 1, 0, 0, List.of(),
          List.of());

  public MonitorFacts {
    taps = Map.copyOf(taps);
    threads = List.copyOf(threads);
    groups = Map.copyOf(groups);
    deleted = List.copyOf(deleted);
    doubles = List.copyOf(doubles);
  }

  /// It exists and is no zombie.
  public boolean alive() {
    return there && !state.equals("Z") && !state.equals("X");
  }

  public boolean holds(String tap) {
    return taps.containsValue(tap);
  }
}
