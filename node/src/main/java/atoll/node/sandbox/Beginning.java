package atoll.node.sandbox;

import atoll.vmm.Vm;
import java.io.IOException;

/// How a sandbox comes to be on this node: started from nothing, or taken over from an earlier
/// process. One use.
interface Beginning {
  /// Whatever it makes or takes over is registered with the sandbox's [Holdings] before.
  Launched run() throws IOException;

  /// The step that was last begun, for messages.
  String step();

  /// The monitor as soon as it is known, else null. Safe on any thread.
  Vm vm();
}
