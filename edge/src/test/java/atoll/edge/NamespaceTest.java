package atoll.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import atoll.core.SandboxId;
import atoll.linux.net.NamespaceDialer;
import atoll.linux.net.Netns;
import atoll.protocol.node.GuestDialer;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The same address and port in two namespaces are two servers, and the edge finds each one.
@Tag("real")
@Timeout(30)
class NamespaceTest {
  private static final int PORT = 8080;

  @Test
  void eachSandboxIsReachedInItsOwnNamespace() throws Exception {
    assumeTrue(
        Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0),
        "needs root: makes network namespaces");
    Path directory = Path.of("/run/netns");
    Netns.prepareDirectory(directory);
    try (var one = new Room(directory, "one");
        var two = new Room(directory, "two");
        var sockets = new NamespaceDialer();
        var edge =
            Edge.start(
                EdgeConfig.on(InetAddress.getLoopbackAddress(), 0), new Rooms(sockets, one, two));
        var client = new Client(edge.address())) {
      for (int i = 0; i < 3; i++) {
        assertThat(client.send(Client.get("/", "one", PORT)).reply()).endsWith("one");
        assertThat(client.send(Client.get("/", "two", PORT)).reply()).endsWith("two");
      }
    }
  }

  /// A namespace with one server on its loopback.
  private static final class Room implements AutoCloseable {
    final String name;
    final Path anchor;
    final Netns netns;
    final Guest guest;

    Room(Path directory, String name) throws IOException {
      this.name = name;
      anchor = Files.createTempFile(directory, "atoll-edge-test-", "");
      netns = Netns.create(anchor);
      netns.inside(
          () -> new ProcessBuilder("ip", "link", "set", "lo", "up").inheritIO().start().waitFor());
      guest = netns.inside(() -> new Guest("127.0.0.1", PORT, this::answer));
    }

    private void answer(Guest.Conversation talk) throws IOException {
      while (talk.head() != null) {
        talk.send("HTTP/1.1 200 OK\r\nContent-Length: " + name.length() + "\r\n\r\n" + name);
      }
    }

    @Override
    public void close() throws IOException {
      guest.close();
      netns.close();
      Netns.delete(anchor);
    }
  }

  private static final class Rooms implements GuestDialer {
    private final NamespaceDialer sockets;
    private final Map<SandboxId, Room> rooms = new ConcurrentHashMap<>();

    Rooms(NamespaceDialer sockets, Room... all) {
      this.sockets = sockets;
      for (Room room : all) rooms.put(new SandboxId(room.name), room);
    }

    @Override
    public Optional<Route> route(SandboxId id) {
      return Optional.ofNullable(rooms.get(id))
          .map(r -> new Route(id, r.netns.inode(), "127.0.0.1"));
    }

    @Override
    public int socket(Route route) throws IOException {
      return sockets.socket(rooms.get(route.id()).netns);
    }

    @Override
    public void onEnd(Route route, Runnable closed) {}
  }
}
