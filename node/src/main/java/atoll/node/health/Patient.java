package atoll.node.health;

import atoll.core.SandboxId;
import atoll.linux.net.LinkWatch;
import atoll.node.gate.GuestAgent;
import java.io.IOException;
import java.util.Optional;

/// A running sandbox, as far as its health is asked for.
public interface Patient {
  SandboxId id();

  /// What is wrong with its link now, or nothing.
  Optional<String> linkFault();

  /// A connection to its agent for one look, not opened yet; the caller closes it.
  GuestAgent agent();

  /// The kernel's events about its link; null where there are none. Not closed by the caller.
  LinkWatch linkEvents() throws IOException;
}
