package atoll.doctor.evidence;

/// What a Firecracker says of itself; other monitors have no such API.
///
/// @param firecracker whether the sandbox's monitor is one
/// @param version such as `1.16.1`; empty without an answer
/// @param state `Running`, `Paused` or `Not started`; empty without an answer
/// @param silence why there was no answer; empty if there was one, or nobody to ask
/// @param tap the host's device of its network interface; empty if it has none or did not say
/// @param cpus of its machine; 0 if it did not say
/// @param memoryMib of its machine; 0 if it did not say
/// @param shown how its disk is shown: `mounted`, `dead`, `missing`
/// @param lastWord the end of its log
/// @param counters of its last flush, which it does once a minute
public record ApiFacts(
    boolean firecracker,
    String version,
    String state,
    String silence,
    String tap,
    int cpus,
    long memoryMib,
    String shown,
    String lastWord,
    Counters counters) {
  /// What went on in the minute before a flush.
  ///
  /// @param known false if there was none yet
  /// @param sent packets of the guest
  /// @param received packets for the guest
  /// @param tapFaults reads and writes of the tap that failed
  /// @param diskFaults requests for the disk that failed
  public record Counters(boolean known, long sent, long received, long tapFaults, long diskFaults) {
    public static final Counters NONE = new Counters(false, 0, 0, 0, 0);
  }

  public static final ApiFacts NONE =
      new ApiFacts(false, "", "", "", "", 0, 0, "", "", Counters.NONE);

  public boolean paused() {
    return state.equals("Paused");
  }

  public boolean answered() {
    return !state.isEmpty();
  }
}
