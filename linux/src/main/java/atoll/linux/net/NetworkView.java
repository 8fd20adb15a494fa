package atoll.linux.net;

import java.net.Inet4Address;
import java.util.List;
import java.util.Optional;

/// Everything that rtnetlink tells about one network namespace at one moment: IPv4 only.
public record NetworkView(
    List<Port> ports,
    List<Address> addresses,
    List<Route> routes,
    List<Neighbour> neighbours,
    List<Qdisc> qdiscs,
    List<Rule> rules) {
  /// One interface beyond what [Link] says.
  ///
  /// @param kind `tun` (a tap too), `veth`, `bridge`; empty for a device without a kind
  /// @param tun null for other kinds
  /// @param master index of the bridge it is a port of, or 0
  /// @param state of a bridge's port, 3 is forwarding; -1 for what is no port
  /// @param queue length of its transmit queue in packets
  /// @param bridge null for other kinds
  public record Port(
      Link link, String kind, Tun tun, int master, int state, int queue, Bridge bridge) {
    public String name() {
      return link.name();
    }
  }

  /// What a tun device is.
  ///
  /// @param owner uid that may attach, or -1 for anyone privileged
  public record Tun(boolean tap, boolean persistent, boolean manyQueues, int owner) {}

  /// How a bridge learns.
  ///
  /// @param forwardDelay in hundredths of a second
  public record Bridge(boolean spanningTree, int forwardDelay) {}

  /// An IPv4 address of a link.
  ///
  /// @param length of its prefix, in bits
  public record Address(int link, Inet4Address address, int length) {}

  /// One route of any table.
  ///
  /// @param type 1 unicast, 6 blackhole, 7 unreachable, 8 prohibit; rtnetlink(7)
  /// @param link 0 if the route names none
  public record Route(Cidr destination, int type, int table, int link, Inet4Address gateway) {}

  /// Who is believed to have an address.
  ///
  /// @param state NUD_* bits; 0x80 is permanent, 0x20 failed
  public record Neighbour(int link, Inet4Address address, Mac mac, int state) {}

  /// What queues and shapes a link's outgoing packets; tc(8).
  public record Qdisc(int link, String kind) {}

  /// A rule of routing policy beyond the three that every namespace has.
  public record Rule(int priority, int action) {}

  public NetworkView {
    ports = List.copyOf(ports);
    addresses = List.copyOf(addresses);
    routes = List.copyOf(routes);
    neighbours = List.copyOf(neighbours);
    qdiscs = List.copyOf(qdiscs);
    rules = List.copyOf(rules);
  }

  public Optional<Port> port(String name) {
    return ports.stream().filter(p -> p.name().equals(name)).findFirst();
  }
}
