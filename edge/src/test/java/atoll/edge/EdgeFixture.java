package atoll.edge;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/// An edge on a free port, and guests on a loopback address of their own, so that even the agent's
/// port is free.
final class EdgeFixture implements AutoCloseable {
  static final String ID = "itestsandbox1";

  final LoopbackDialer dialer = new LoopbackDialer();
  final String address =
      "127."
          + (64 + ThreadLocalRandom.current().nextInt(64))
          + "."
          + ThreadLocalRandom.current().nextInt(256)
          + "."
          + (2 + ThreadLocalRandom.current().nextInt(250));
  final Edge edge;
  private final List<AutoCloseable> open = new ArrayList<>();

  EdgeFixture() throws IOException {
    this(Duration.ofSeconds(610), Duration.ofSeconds(15), 0);
  }

  EdgeFixture(Duration idle, Duration headTimeout, int perSandbox) throws IOException {
    var defaults = EdgeConfig.on(InetAddress.getLoopbackAddress(), 0);
    edge =
        Edge.start(
            new EdgeConfig(defaults.listen(), 2, idle, headTimeout, 1000, perSandbox), dialer);
    dialer.run(ID, address);
  }

  Guest guest(Guest.Script script) throws IOException {
    return guest(0, script);
  }

  Guest guest(int port, Guest.Script script) throws IOException {
    var guest = new Guest(address, port, script);
    open.add(guest);
    return guest;
  }

  Client client() throws IOException {
    var client = new Client(edge.address());
    open.add(client);
    return client;
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable each : open) each.close();
    edge.close();
  }
}
