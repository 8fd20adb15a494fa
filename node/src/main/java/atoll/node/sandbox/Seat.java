package atoll.node.sandbox;

import atoll.core.Deadline;
import atoll.linux.net.Cidr;
import atoll.node.ledger.HostObject;
import java.io.IOException;
import java.util.Optional;

/// One sandbox's place in a shared network: an address, a MAC and a port of the bridge.
///
/// ```java
/// ledger.open(seat.port(slot));
/// seat.plug(slot);            // frames pass
/// // the guest is told its address
/// seat.prove(deadline);       // it answers there
/// seat.unplug();              // before the slot is given back
/// seat.free();                // somebody else may have the address
/// ```
///
/// - **Owner** the sandbox. [#unplug()] and [#free()] may be repeated.
public interface Seat {
  /// Name of the network, as its owner knows it.
  String network();

  /// The guest's address with the network's length.
  Cidr address();

  /// The host's address in the network.
  String gateway();

  /// What others in the network see; not what the guest's card has.
  String mac();

  /// Name of the bridge.
  String bridge();

  /// Name of the host's end of its cable; null before [#plug].
  String portName();

  /// What is to be journaled before [#plug].
  HostObject.Port port(NetworkSlot slot);

  /// Makes the port, and returns when it forwards.
  void plug(NetworkSlot slot) throws IOException;

  /// Returns when the guest has answered at its address.
  ///
  /// @throws IOException saying what did not happen by the deadline
  void prove(Deadline deadline) throws IOException;

  /// Why frames do not pass now; empty if they do.
  Optional<String> fault() throws IOException;

  void unplug() throws IOException;

  void free();
}
