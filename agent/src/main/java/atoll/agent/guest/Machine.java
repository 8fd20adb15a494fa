package atoll.agent.guest;

import atoll.linux.net.Cidr;
import java.util.List;

/// What belongs to the whole machine and to nobody but its one guest agent: clock, random
/// generator, boot id, host name, network card.
interface Machine {
  /// Feeds the random generator and makes it take a new seed. Two clones of one snapshot must never
  /// draw the same numbers: if this is false the guest does not go on. The bytes are wiped.
  boolean reseeded(byte[] entropy);

  /// Gives the card these addresses besides its first; those that it has are left alone. If this is
  /// false the guest does not go on, since others expect it there.
  boolean addressed(List<Cidr> addresses);

  /// Sets clock and names. What the kernel refuses is told in the log.
  ///
  /// @param another whether this guest becomes another one than it was
  void takeOver(InitBody body, boolean another);
}
