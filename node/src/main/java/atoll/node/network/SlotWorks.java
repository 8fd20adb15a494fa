package atoll.node.network;

import atoll.linux.net.Link;
import java.io.IOException;
import java.util.Optional;

/// Makes, audits and destroys slots; slow work that the pool keeps off the path of a claim.
interface SlotWorks {
  /// A new slot, written to the journal first. A failure leaves nothing behind.
  Slot make() throws IOException;

  /// The tap's counters if the slot is as good as new, or empty if it must be destroyed. Logs why.
  Optional<Link.Counters> audit(Slot slot);

  /// Takes everything away and tells the journal. Absent parts count as success.
  void destroy(Slot slot) throws IOException;
}
