package atoll.node.sandbox;

import atoll.protocol.network.EgressPolicy;
import java.io.IOException;
import java.nio.file.Path;

/// Where network slots come from.
public interface Slots {
  /// A slot that nobody else has, with this policy in force.
  ///
  /// @throws atoll.core.Refusal.Unavailable if there is none and none can be built in time, or if
  ///   the policy names what shall be reached and the host offers no way out
  NetworkSlot claim(EgressPolicy policy) throws IOException;

  /// The slot of a sandbox that outlived the process which claimed it, with its policy put in force
  /// anew.
  ///
  /// @throws IOException if it is gone or damaged; it is then as it was
  NetworkSlot adopt(Path anchor, EgressPolicy policy) throws IOException;

  /// Removes what is left of a slot that could not be adopted.
  void sweep(Path anchor) throws IOException;

  /// How many could be claimed without building one.
  int ready();
}
