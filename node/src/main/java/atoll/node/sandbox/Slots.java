package atoll.node.sandbox;

import java.io.IOException;
import java.nio.file.Path;

/// Where network slots come from.
public interface Slots {
  /// A slot that nobody else has.
  ///
  /// @throws atoll.core.Refusal.Unavailable if there is none and none can be built in time
  NetworkSlot claim() throws IOException;

  /// The slot of a sandbox that outlived the process which claimed it.
  ///
  /// @throws IOException if it is gone or damaged; it is then as it was
  NetworkSlot adopt(Path anchor) throws IOException;

  /// Removes what is left of a slot that could not be adopted.
  void sweep(Path anchor) throws IOException;

  /// How many could be claimed without building one.
  int ready();
}
