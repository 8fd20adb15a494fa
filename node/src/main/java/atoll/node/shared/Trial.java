package atoll.node.shared;

import atoll.linux.net.Cidr;
import atoll.linux.net.NamespaceDialer;
import atoll.linux.net.Netlink;
import atoll.linux.net.Netns;
import atoll.node.egress.HostNetwork;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Optional;

/// Whether a bridge carries: two namespaces are plugged in and connect to each other, to the host,
/// and the host to them.
///
/// Rules of others cannot all be read, but they can be felt. What it makes has no names but two
/// links, which end with their namespaces, so with this process at the latest.
final class Trial implements AutoCloseable {
  /// Of a busy host; all but a blocked way takes a fraction of a millisecond.
  private static final int PATIENCE_MILLIS = 1000;

  private static final String INNER = "eth0";

  private final Bridges bridges;
  private final HostNetwork host;
  private final SharedNetwork network;
  private final NamespaceDialer dialer;
  private final Guest[] guests = new Guest[2];

  /// @param address where it is reached
  private record Guest(Netns netns, Cidr address) {}

  private Trial(Bridges bridges, HostNetwork host, SharedNetwork network, NamespaceDialer dialer) {
    this.bridges = bridges;
    this.host = host;
    this.network = network;
    this.dialer = dialer;
  }

  /// What does not pass, for people; empty if all does.
  static Optional<String> of(
      Bridges bridges, HostNetwork host, SharedNetwork network, NamespaceDialer dialer)
      throws IOException {
    try (var trial = new Trial(bridges, host, network, dialer)) {
      for (int which = 0; which < trial.guests.length; which++) trial.plug(which);
      return trial.run();
    }
  }

  private void plug(int which) throws IOException {
    int seat = network.trialSeat(which);
    String port = SharedNetwork.PORT_PREFIX + "t" + network.index() + "-" + which;
    Netns netns = Netns.anonymous();
    guests[which] = new Guest(netns, network.address(seat));
    bridges.cable(network, seat, port, netns, INNER);
    bridges.join(network, seat, port, netns, INNER);
    try (Netlink inside = dialer.netlink(netns)) {
      inside.addAddress(inside.link(INNER).orElseThrow().index(), network.address(seat));
    }
  }

  private Optional<String> run() throws IOException {
    var words = new StringBuilder();
    tell(words, "from sandbox to sandbox", guests[0].netns(), guests[1]);
    tell(words, "from the host to a sandbox", null, guests[0]);
    tell(
        words, "from a sandbox to the host", guests[0].netns(), new Guest(null, network.gateway()));
    return words.isEmpty() ? Optional.empty() : Optional.of("nothing passes " + words);
  }

  private void tell(StringBuilder words, String way, Netns from, Guest to) throws IOException {
    if (!passes(from, to)) words.append(words.isEmpty() ? "" : ", nor ").append(way);
  }

  private boolean passes(Netns from, Guest to) throws IOException {
    try (ServerSocket server = in(to.netns(), () -> listening(to.address()))) {
      var target = new InetSocketAddress(to.address().address(), server.getLocalPort());
      return in(from, () -> reaches(target));
    }
  }

  private <T> T in(Netns netns, java.util.concurrent.Callable<T> body) throws IOException {
    return netns == null ? host.inside(body) : netns.inside(body);
  }

  private static ServerSocket listening(Cidr address) throws IOException {
    var server = new ServerSocket();
    server.bind(new InetSocketAddress(address.address(), 0), 1);
    return server;
  }

  private static boolean reaches(InetSocketAddress target) {
    try (var socket = new Socket()) {
      socket.connect(target, PATIENCE_MILLIS);
      return true;
    } catch (IOException blocked) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    for (int which = 0; which < guests.length; which++) {
      if (guests[which] == null) continue;
      String port = SharedNetwork.PORT_PREFIX + "t" + network.index() + "-" + which;
      // By hand, since a namespace ends some time after its last descriptor.
      var _ = bridges.remove(port, network.portMac(network.trialSeat(which)));
      guests[which].netns().close();
    }
  }
}
