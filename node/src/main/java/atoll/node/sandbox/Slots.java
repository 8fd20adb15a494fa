package atoll.node.sandbox;

import java.io.IOException;

/// Where network slots come from.
public interface Slots {
  /// A slot that nobody else has.
  ///
  /// @throws atoll.core.Refusal.Unavailable if there is none and none can be built in time
  NetworkSlot claim() throws IOException;

  /// How many could be claimed without building one.
  int ready();
}
