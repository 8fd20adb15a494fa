package atoll.agent.guest;

/// What belongs to the whole machine and to nobody but its one guest agent: clock, random
/// generator, boot id, host name.
interface Machine {
  /// Feeds the random generator and makes it take a new seed. Two clones of one snapshot must never
  /// draw the same numbers: if this is false the guest does not go on. The bytes are wiped.
  boolean reseeded(byte[] entropy);

  /// Sets clock and names. What the kernel refuses is told in the log.
  ///
  /// @param another whether this guest becomes another one than it was
  void takeOver(InitBody body, boolean another);
}
