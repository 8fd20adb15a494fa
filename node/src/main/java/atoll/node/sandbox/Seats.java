package atoll.node.sandbox;

import atoll.core.Refusal;
import atoll.node.ledger.HostObject;
import atoll.protocol.network.NetworkName;
import java.io.IOException;

/// Where sandboxes' seats in shared networks come from.
public interface Seats {
  /// Of a node without shared networks.
  Seats NONE =
      new Seats() {
        @Override
        public Seat take(NetworkName network) {
          throw new Refusal.NotFound("network_not_found", "there is no network " + network);
        }

        @Override
        public Seat adopt(HostObject.Port port) throws IOException {
          throw new IOException("there is no network " + port.network());
        }
      };

  /// An address in a network that nobody else has; nothing is made on the host yet.
  ///
  /// @throws Refusal.NotFound if the network does not exist
  /// @throws Refusal.Unavailable if it is full, or if the host does not carry it
  Seat take(NetworkName network);

  /// The seat of a sandbox that outlived the process which took it; its port stays as it is.
  Seat adopt(HostObject.Port port) throws IOException;
}
