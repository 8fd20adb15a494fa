package atoll.node.shared;

import atoll.core.Deadline;
import atoll.linux.kernel.Errno;
import atoll.linux.kernel.KernelException;
import atoll.linux.net.Link;
import atoll.linux.net.LinkWatch;
import atoll.linux.net.Mac;
import atoll.linux.net.Netlink;
import atoll.linux.net.Netns;
import atoll.linux.net.NetworkView;
import atoll.node.egress.HostNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The links of shared networks in the host's namespace: bridges, and a port for each seat.
///
/// - **Threads** safe anywhere.
/// - **Fails** [IOException]; a half-made link is taken away again.
/// - **Sources** rtnetlink(7), veth(4); bridge.rst of the kernel's documentation.
final class Bridges {
  static final int FORWARDING = 3;
  private static final String BRIDGE = "bridge";

  /// The kernel acts on a link's carrier within milliseconds, and at most once a second where many
  /// come and go.
  private static final Duration LONGEST_JOIN = Duration.ofSeconds(3);

  private final HostNetwork host;

  Bridges(HostNetwork host) {
    this.host = host;
  }

  /// Makes the bridge, up and with the host's address, or finds the one that an earlier process
  /// made.
  ///
  /// @return true if it was made
  /// @throws IOException if another's link has its name, or if it is no longer as it was made
  boolean ensure(SharedNetwork network) throws IOException {
    Optional<NetworkView.Port> present = host.links(n -> n.port(network.bridge()));
    if (present.isPresent()) {
      check(network, present.get());
      return false;
    }
    host.links(n -> {
      n.createBridge(network.bridge(), network.mac());
      return null;
    });
    try {
      furnish(network);
      return true;
    } catch (IOException | RuntimeException e) {
      remove(network.bridge(), network.mac());
      throw e;
    }
  }

  private static void check(SharedNetwork network, NetworkView.Port present) throws IOException {
    if (!present.kind().equals(BRIDGE) || !network.mac().equals(present.link().mac()))
      throw new IOException(network.bridge() + " is another's link");
    NetworkView.Bridge way = present.bridge();
    if (!present.link().up() || way.spanningTree() || way.forwardDelay() != 0)
      throw new IOException(
          network.bridge()
              + (present.link().up() ? " learns before it forwards" : " is down")
              + ", somebody changed it");
  }

  private void furnish(SharedNetwork network) throws IOException {
    withoutIpv6(network.bridge());
    host.links(n -> {
      int index = index(n, network.bridge());
      n.up(index);
      n.addAddress(index, network.gateway());
      return null;
    });
  }

  private void withoutIpv6(String link) throws IOException {
    host.set(Path.of("/proc/sys/net/ipv6/conf/" + link + "/disable_ipv6"), "1");
  }

  private static int index(Netlink netlink, String link) throws IOException {
    return netlink.link(link).orElseThrow(() -> new IOException(link + " is gone")).index();
  }

  /// Takes a link away if it has this very address; false if there is none.
  boolean remove(String link, Mac mac) throws IOException {
    return host.links(n -> {
      Optional<Link> present = n.link(link).filter(l -> mac.equals(l.mac()));
      if (present.isEmpty()) return false;
      try {
        n.delete(link);
        return true;
      } catch (KernelException e) {
        if (e.errno() != Errno.ENODEV) throw e;
        return false;
      }
    });
  }

  boolean has(String link, Mac mac) throws IOException {
    return host.links(n -> n.link(link)).filter(l -> mac.equals(l.mac())).isPresent();
  }

  /// Bridges of the home with this mark.
  List<Link> of(int mark) throws IOException {
    var found = new ArrayList<Link>();
    for (Link link : host.links(Netlink::links))
      if (link.name().startsWith(SharedNetwork.BRIDGE_PREFIX)
          && SharedNetwork.isOf(mark, link.mac())) found.add(link);
    return found;
  }

  /// A cable from the bridge into a namespace; its inner end is down and nobody's yet.
  void cable(SharedNetwork network, int seat, String port, Netns slot, String inner)
      throws IOException {
    host.links(n -> {
      n.createVeth(port, inner, slot);
      return null;
    });
    try {
      withoutIpv6(port);
      host.links(n -> {
        int index = index(n, port);
        n.enslave(index, index(n, network.bridge()));
        n.up(index, network.portMac(seat));
        return null;
      });
    } catch (IOException | RuntimeException e) {
      host.links(n -> {
        n.delete(port);
        return null;
      });
      throw e;
    }
  }

  /// Takes a cable's inner end up and returns when both ends and the bridge send what they are
  /// given, and the port forwards. Without that the first packets would be lost.
  void join(SharedNetwork network, int seat, String port, Netns slot, String inner)
      throws IOException {
    Deadline deadline = Deadline.after(LONGEST_JOIN);
    try (LinkWatch outside = host.inside(LinkWatch::open);
        LinkWatch inside = slot.inside(LinkWatch::open)) {
      slot.inside(() -> up(inner, network.seatMac(seat)));
      await(inside, inner, deadline);
      await(outside, port, deadline);
      await(outside, network.bridge(), deadline);
    }
    Optional<String> fault = fault(network, seat, port);
    if (fault.isPresent()) throw new IOException(fault.get());
  }

  private static Void up(String link, Mac mac) throws IOException {
    try (Netlink netlink = Netlink.open()) {
      netlink.up(index(netlink, link), mac);
      return null;
    }
  }

  private static void await(LinkWatch watch, String link, Deadline deadline) throws IOException {
    if (watch.await(link, Link::running, deadline).isEmpty())
      throw new IOException(
          link + " does not run, " + LONGEST_JOIN.toMillis() + " ms after it was taken up");
  }

  /// Makes a port one of its bridge again, and takes it up; does nothing where it is gone.
  void rejoin(SharedNetwork network, int seat, String port) throws IOException {
    if (!has(port, network.portMac(seat))) return;
    host.links(n -> {
      int index = index(n, port);
      n.enslave(index, index(n, network.bridge()));
      n.up(index);
      return null;
    });
  }

  /// Why frames do not pass at this port; empty if they do.
  Optional<String> fault(SharedNetwork network, int seat, String port) throws IOException {
    NetworkView.Port bridge = host.links(n -> n.port(network.bridge())).orElse(null);
    if (bridge == null) return Optional.of(network.bridge() + " is gone");
    NetworkView.Port found = host.links(n -> n.port(port)).orElse(null);
    if (found == null || !network.portMac(seat).equals(found.link().mac()))
      return Optional.of("its port " + port + " is gone");
    if (found.master() != bridge.link().index())
      return Optional.of("its port " + port + " is no longer one of " + network.bridge());
    if (found.state() == FORWARDING) return Optional.empty();
    return Optional.of(
        "its port "
            + port
            + " does not forward: state "
            + found.state()
            + (found.link().up() ? "" : ", down")
            + (found.link().carrier() ? "" : ", without carrier")
            + (bridge.link().up() ? "" : "; " + network.bridge() + " is down"));
  }
}
