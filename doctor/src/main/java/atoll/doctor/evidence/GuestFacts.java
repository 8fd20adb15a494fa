package atoll.doctor.evidence;

import java.util.List;

/// What the guest's kernel says about its inside, asked through its agent. Hostile words: only
/// compared, never trusted for anything outside.
///
/// @param asked whether the questions were answered; else [#why] says why not
/// @param clockAheadSeconds of the guest before the host
/// @param frozen control groups inside that are frozen
public record GuestFacts(
    boolean asked,
    String why,
    boolean cgroup2,
    boolean tmpWritable,
    boolean rootReadOnly,
    int diskUsedPercent,
    int inodesUsedPercent,
    long memoryAvailableKib,
    long memoryTotalKib,
    double load,
    boolean defaultRoute,
    boolean loopbackUp,
    double clockAheadSeconds,
    boolean devPts,
    boolean shm,
    List<String> frozen) {
  public GuestFacts {
    frozen = List.copyOf(frozen);
  }

  public static GuestFacts unasked(String why) {
    return new GuestFacts(
        false, why, true, true, false, 0, 0, 0, 0, 0, true, true, 0, true, true, List.of());
  }
}
