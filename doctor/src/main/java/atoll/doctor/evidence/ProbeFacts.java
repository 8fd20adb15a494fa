package atoll.doctor.evidence;

/// What came back from the guest when it was asked.
///
/// The first three travel as raw frames straight on the tap, below the namespace's addresses,
/// routes and rules; the others as any connection of the node does. What differs between the two
/// lies in the namespace.
///
/// @param arpMac who answered for the guest's address, empty if nobody did
/// @param arpMillis until the answer
/// @param ping whether an echo came back
/// @param rawPort what the agent's port answered: `open`, `refused`, or empty
/// @param answersTo the MAC to which the guest sends its answers, empty if it sent none
/// @param tcp outcome of a connection: `connected`, `refused`, `timeout`, or the kernel's words
/// @param status of `GET /health`, 0 if none came
/// @param healthMillis of the best of the attempts, -1 if none succeeded
/// @param said what came instead of HTTP
/// @param cpuTicks that the monitor used meanwhile
/// @param switches how often its threads ran meanwhile, without the main one
/// @param throttledMicros that its group was held back meanwhile
/// @param fromGuest packets that came out of the tap meanwhile
/// @param toGuestDropped packets that the tap's full queue refused meanwhile
public record ProbeFacts(
    String arpMac,
    double arpMillis,
    boolean ping,
    String rawPort,
    String answersTo,
    String tcp,
    int status,
    double healthMillis,
    String said,
    long cpuTicks,
    long switches,
    long throttledMicros,
    long fromGuest,
    long toGuestDropped,
    double wholeMillis) {
  /// The guest's network answered in some way.
  public boolean guestAnswered() {
    return !arpMac.isEmpty()
        || ping
        || !rawPort.isEmpty()
        || tcp.equals("connected")
        || tcp.equals("refused");
  }

  public boolean healthy() {
    return status == 204;
  }
}
