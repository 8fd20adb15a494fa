package atoll.node.ledger;

import java.io.IOException;

/// Takes one kind of leftover away from the host. Every call may be repeated.
///
/// - **Returns** whether there was anything to take away.
/// - **Fails** if the object is still there afterwards; the ledger then keeps it for the next
///   start.
public interface Sweeper {
  /// Kills the monitor and returns when it is gone.
  boolean monitor(HostObject.Monitor monitor) throws IOException;

  boolean group(HostObject.Group group) throws IOException;

  boolean namespace(HostObject.Namespace namespace) throws IOException;

  boolean wayOut(HostObject.WayOut wayOut) throws IOException;

  boolean bridge(HostObject.Bridge bridge) throws IOException;

  boolean port(HostObject.Port port) throws IOException;

  boolean directory(HostObject.Directory directory) throws IOException;

  boolean file(HostObject.PlainFile file) throws IOException;

  default boolean sweep(HostObject object) throws IOException {
    return switch (object) {
      case HostObject.Monitor m -> monitor(m);
      case HostObject.Group g -> group(g);
      case HostObject.Namespace n -> namespace(n);
      case HostObject.WayOut w -> wayOut(w);
      case HostObject.Bridge b -> bridge(b);
      case HostObject.Port p -> port(p);
      case HostObject.Directory d -> directory(d);
      case HostObject.PlainFile f -> file(f);
      case HostObject.Tenancy _ -> false; // all of it is swept by its own entries
    };
  }
}
