package atoll.linux.net;

import atoll.linux.kernel.Errno;
import atoll.linux.kernel.KernelException;
import atoll.linux.net.NetworkView.Address;
import atoll.linux.net.NetworkView.Neighbour;
import atoll.linux.net.NetworkView.Port;
import atoll.linux.net.NetworkView.Qdisc;
import atoll.linux.net.NetworkView.Route;
import atoll.linux.net.NetworkView.Rule;
import java.io.IOException;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/// Reads a [NetworkView] of the calling thread's namespace; changes nothing.
///
/// Confine it; a few hundred microseconds. Source: rtnetlink(7).
public final class Survey implements AutoCloseable {
  private static final int DUMP = Rtnetlink.REQUEST | Rtnetlink.DUMP;
  private static final int IFA_HEADER = 8;
  private static final int RTM_HEADER = 12;
  private static final int NDM_HEADER = 12;
  private static final int TCM_HEADER = 20;
  private static final int TCA_KIND = 1;
  private static final int FRA_PRIORITY = 6;
  private static final int RTA_TABLE = 15;

  private final Netlink netlink;

  private Survey(Netlink netlink) {
    this.netlink = netlink;
  }

  public static Survey open() throws KernelException {
    return new Survey(Netlink.open());
  }

  /// Reads the namespace in which `netlink` was opened, whose confinement is the caller's.
  public static NetworkView read(Netlink netlink) throws IOException {
    return new Survey(netlink).read();
  }

  public NetworkView read() throws IOException {
    return new NetworkView(ports(), addresses(), routes(), neighbours(), qdiscs(), rules());
  }

  public List<Port> ports() throws IOException {
    var request = new NetlinkMessage(Rtnetlink.RTM_GETLINK, DUMP).link(0, 0, 0);
    return netlink.ask("list links", request, true).stream()
        .map(r -> PortReader.read(r.body()))
        .toList();
  }

  private List<Address> addresses() throws IOException {
    var request = new NetlinkMessage(Rtnetlink.RTM_GETADDR, DUMP).address(0, 0);
    return netlink.ask("list addresses", request, true).stream()
        .flatMap(r -> address(r.body()).stream())
        .toList();
  }

  private static Optional<Address> address(ByteBuffer body) {
    int length = body.get(1) & 0xff;
    int link = body.getInt(4);
    var attributes = NetlinkAttributes.parse(body, IFA_HEADER);
    return attributes
        .bytes(Rtnetlink.IFA_LOCAL)
        .or(() -> attributes.bytes(Rtnetlink.IFA_ADDRESS))
        .flatMap(Survey::ipv4)
        .map(a -> new Address(link, a, length));
  }

  private List<Route> routes() throws IOException {
    var request = new NetlinkMessage(Rtnetlink.RTM_GETROUTE, DUMP).route(0, 0, 0);
    return netlink.ask("list routes", request, true).stream().map(r -> route(r.body())).toList();
  }

  private static Route route(ByteBuffer body) {
    var attributes = NetlinkAttributes.parse(body, RTM_HEADER);
    Inet4Address any = Inet4Address.ofLiteral("0.0.0.0");
    Inet4Address to = attributes.bytes(Rtnetlink.RTA_DST).flatMap(Survey::ipv4).orElse(any);
    return new Route(
        new Cidr(to, body.get(1) & 0xff),
        body.get(7) & 0xff,
        attributes.integer(RTA_TABLE, body.get(4) & 0xff),
        attributes.integer(Rtnetlink.RTA_OIF, 0),
        attributes.bytes(Rtnetlink.RTA_GATEWAY).flatMap(Survey::ipv4).orElse(null));
  }

  /// The route that a packet to `destination` would take; empty where the kernel refuses it.
  public Optional<Route> routeTo(Inet4Address destination) throws IOException {
    var request =
        new NetlinkMessage(Rtnetlink.RTM_GETROUTE, Rtnetlink.REQUEST)
            .words(Rtnetlink.AF_INET | 32 << 8, 0, 0)
            .attribute(Rtnetlink.RTA_DST, destination.getAddress());
    try {
      return netlink.ask("route to " + destination.getHostAddress(), request, false).stream()
          .findFirst()
          .map(r -> route(r.body()));
    } catch (KernelException e) {
      // No route, blackhole, prohibit, unreachable: each has an errno of its own; route(8).
      return switch (e.errno()) {
        case Errno.ENETUNREACH, Errno.EHOSTUNREACH, Errno.EINVAL, Errno.EACCES -> Optional.empty();
        default -> throw e;
      };
    }
  }

  private List<Neighbour> neighbours() throws IOException {
    var request = new NetlinkMessage(Rtnetlink.RTM_GETNEIGH, DUMP).neighbour(0, 0);
    return netlink.ask("list neighbours", request, true).stream()
        .flatMap(r -> neighbour(r.body()).stream())
        .toList();
  }

  private static Optional<Neighbour> neighbour(ByteBuffer body) {
    var attributes = NetlinkAttributes.parse(body, NDM_HEADER);
    Mac mac =
        attributes.bytes(Rtnetlink.NDA_LLADDR).filter(b -> b.length == 6).map(Mac::of).orElse(null);
    return attributes
        .bytes(Rtnetlink.NDA_DST)
        .flatMap(Survey::ipv4)
        .map(a -> new Neighbour(body.getInt(4), a, mac, body.getShort(8) & 0xffff));
  }

  private List<Qdisc> qdiscs() throws IOException {
    var request = new NetlinkMessage(Rtnetlink.RTM_GETQDISC, DUMP).words(0, 0, 0, 0, 0);
    return netlink.ask("list queue disciplines", request, true).stream()
        .map(r ->
            new Qdisc(
                r.body().getInt(4),
                NetlinkAttributes.parse(r.body(), TCM_HEADER).text(TCA_KIND, "")))
        .toList();
  }

  private List<Rule> rules() throws IOException {
    var request = new NetlinkMessage(Rtnetlink.RTM_GETRULE, DUMP).neighbour(0, 0);
    return netlink.ask("list routing rules", request, true).stream()
        .map(r ->
            new Rule(
                NetlinkAttributes.parse(r.body(), RTM_HEADER).integer(FRA_PRIORITY, 0),
                r.body().get(7) & 0xff))
        .filter(
            rule -> rule.priority() != 0 && rule.priority() != 32766 && rule.priority() != 32767)
        .toList();
  }

  private static Optional<Inet4Address> ipv4(byte[] bytes) {
    if (bytes.length != 4) return Optional.empty();
    return Optional.of(
        Inet4Address.ofLiteral(
            (bytes[0] & 0xff)
                + "."
                + (bytes[1] & 0xff)
                + "."
                + (bytes[2] & 0xff)
                + "."
                + (bytes[3] & 0xff)));
  }

  @Override
  public void close() {
    netlink.close();
  }
}
