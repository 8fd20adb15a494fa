package atoll.node.sandbox;

import atoll.core.SandboxId;
import atoll.protocol.node.GuestDialer;
import java.io.IOException;
import java.util.Optional;

/// The way into the namespaces of running sandboxes. A route of an earlier run never leads into a
/// later one.
public final class Routes implements GuestDialer {
  private final Sandboxes sandboxes;

  public Routes(Sandboxes sandboxes) {
    this.sandboxes = sandboxes;
  }

  @Override
  public Optional<Route> route(SandboxId id) {
    return sandboxes.find(id).flatMap(Sandbox::route);
  }

  @Override
  public int socket(Route route) throws IOException {
    return sameRun(route)
        .orElseThrow(() -> new IOException("sandbox " + route.id() + " does not run any more"))
        .reach()
        .socket();
  }

  @Override
  public void onEnd(Route route, Runnable closed) {
    sameRun(route).ifPresentOrElse(s -> s.reach().onEnd(closed), closed);
  }

  private Optional<Sandbox> sameRun(Route route) {
    return sandboxes.find(route.id()).filter(s -> s.run() == route.run());
  }
}
