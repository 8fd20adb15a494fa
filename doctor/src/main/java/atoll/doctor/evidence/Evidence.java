package atoll.doctor.evidence;

import java.util.List;
import java.util.Optional;

/// Everything that was read about one sandbox, at one moment. Findings are functions of this alone.
///
/// @param probe null if the guest was not asked
/// @param ending null unless it has ended
/// @param console its last lines, oldest first
/// @param unread what could not be read, and why
public record Evidence(
    Subject subject,
    HostFacts host,
    SlotFacts slot,
    MonitorFacts monitor,
    ApiFacts api,
    GroupFacts group,
    DiskFacts disk,
    List<String> console,
    ProbeFacts probe,
    GuestFacts guest,
    Ending ending,
    List<String> unread) {
  public Evidence {
    console = List.copyOf(console);
    unread = List.copyOf(unread);
  }

  /// Virtual processors, by the monitor's arguments or its own word.
  public int cpus() {
    return api.cpus() > 0 ? api.cpus() : monitor.cpus();
  }

  /// The guest's memory, likewise; 0 if neither tells.
  public long memoryMib() {
    return api.memoryMib() > 0 ? api.memoryMib() : monitor.memoryMib();
  }

  public Optional<ProbeFacts> probed() {
    return Optional.ofNullable(probe);
  }

  /// The guest's own words, if they were asked for and given.
  public Optional<GuestFacts> inside() {
    return Optional.ofNullable(guest).filter(GuestFacts::asked);
  }

  /// Whether the guest was asked and its agent did not answer well.
  public boolean unreachable() {
    return probe != null && !probe.healthy();
  }
}
