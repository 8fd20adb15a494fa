package atoll.cli.bench.edge;

import atoll.core.SandboxId;
import atoll.edge.Edge;
import atoll.edge.EdgeConfig;
import atoll.linux.net.NamespaceDialer;
import atoll.linux.net.Netns;
import atoll.protocol.node.GuestDialer;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Optional;

/// An edge alone in its process, in front of one namespace, so that its processor time can be told
/// apart. Ends with its input.
final class EdgeProcess {
  static final SandboxId ID = new SandboxId("ibench");

  private EdgeProcess() {}

  public static void main(String[] arguments) throws IOException {
    try (var netns = Netns.open(Path.of(arguments[0]));
        var sockets = new NamespaceDialer();
        var edge =
            Edge.start(
                EdgeConfig.on(InetAddress.getLoopbackAddress(), 0), new OneGuest(netns, sockets))) {
      System.out.println(edge.address().getPort());
      while (System.in.read() >= 0) {}
    }
  }

  private record OneGuest(Netns netns, NamespaceDialer sockets) implements GuestDialer {
    private static final Route ROUTE = new Route(ID, 1, "127.0.0.1");

    @Override
    public Optional<Route> route(SandboxId id) {
      return id.equals(ID) ? Optional.of(ROUTE) : Optional.empty();
    }

    @Override
    public int socket(Route route) throws IOException {
      return sockets.socket(netns);
    }

    @Override
    public void onEnd(Route route, Runnable closed) {}
  }
}
