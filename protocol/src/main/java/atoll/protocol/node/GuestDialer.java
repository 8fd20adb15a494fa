package atoll.protocol.node;

import atoll.core.SandboxId;
import java.io.IOException;
import java.util.Optional;

/// Makes sockets inside the network namespaces of running sandboxes. Used by the edge and by the
/// gate.
public interface GuestDialer {
  /// One run of a sandbox, for as long as it lives.
  ///
  /// @param run differs for each VMM process, so that connections are never shared between runs
  /// @param guestAddress IPv4 address of the guest inside its own namespace
  record Route(SandboxId id, long run, String guestAddress) {}

  /// The live run of this sandbox, or empty if it is not running here.
  Optional<Route> route(SandboxId id);

  /// A TCP socket made in the sandbox's namespace: not connected, non-blocking, close-on-exec.
  ///
  /// The caller owns the descriptor and connects it. Takes microseconds; safe on an event loop.
  ///
  /// @throws IOException if that run has ended or the host is out of descriptors
  int socket(Route route) throws IOException;

  /// Runs once when that run has ended; at once if it has ended already. The edge closes its
  /// connections then.
  void onEnd(Route route, Runnable closed);
}
