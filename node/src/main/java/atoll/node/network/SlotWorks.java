package atoll.node.network;

import atoll.linux.net.Link;
import atoll.protocol.network.EgressPolicy;
import java.io.IOException;
import java.util.Optional;

/// Makes, audits and destroys slots; slow work that the pool keeps off the path of a claim.
interface SlotWorks {
  /// A new slot, written to the journal first. A failure leaves nothing behind.
  Slot make() throws IOException;

  /// A slot that an earlier process made and that is in the journal; fails if its namespace or its
  /// tap is gone, and leaves it as it is.
  Slot adopt(int index, EgressPolicy policy) throws IOException;

  /// Removes what is left of a slot that [#adopt] failed for; fails while a process lives in it.
  void discard(int index) throws IOException;

  /// The tap's counters if the slot is as good as new, or empty if it must be destroyed. Logs why.
  Optional<Link.Counters> audit(Slot slot);

  /// Takes everything away and tells the journal. Absent parts count as success.
  void destroy(Slot slot) throws IOException;
}
