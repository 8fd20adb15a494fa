package atoll.linux.net;

import atoll.core.Deadline;
import atoll.linux.kernel.Errno;
import atoll.linux.kernel.Fd;
import atoll.linux.kernel.FdIo;
import atoll.linux.kernel.KernelException;
import atoll.linux.kernel.Poll;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Links, addresses, routes and neighbours of one network namespace, through one rtnetlink socket.
///
/// Bound to the namespace in which the socket was made, wherever the calling thread is.
///
/// - **Threads** one call at a time; confine it. Calls block for microseconds, or for as long as
///   another namespace's teardown holds the kernel's network lock (20 ms seen), and give up after 5
///   s.
/// - **Fails** [KernelException] naming the request, with the kernel's errno.
/// - **Sources** netlink(7), rtnetlink(7), veth(4).
public final class Netlink implements AutoCloseable {
  /// The loopback link's index in every namespace, linux/net/net_namespace.h.
  public static final int LOOPBACK = 1;

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  /// The kernel fills at most 32 KiB per datagram of a dump.
  private static final int RECEIVE_BYTES = 32 * 1024;

  private static final int MOST_LINKS = 4096;

  private final Fd socket;
  private final byte[] received = new byte[RECEIVE_BYTES];
  private int sequence;

  private Netlink(Fd socket) {
    this.socket = socket;
  }

  /// A connection to the calling thread's namespace.
  public static Netlink open() throws KernelException {
    return new Netlink(Sockets.routeNetlink());
  }

  static Netlink over(Fd socket) {
    return new Netlink(socket);
  }

  /// The interface of this name, if there is one.
  public Optional<Link> link(String name) throws IOException {
    return named(name, Link::parse);
  }

  /// All interfaces of the namespace; more than 4096 is a failure.
  public List<Link> links() throws IOException {
    var request =
        new NetlinkMessage(Rtnetlink.RTM_GETLINK, Rtnetlink.REQUEST | Rtnetlink.DUMP).link(0, 0, 0);
    return ask("list links", request, true).stream().map(r -> Link.parse(r.body())).toList();
  }

  public void up(int index) throws IOException {
    together().up(index).carryOut();
  }

  public void down(int index) throws IOException {
    order("link " + index + " down", setLink(index, 0));
  }

  /// Gives the link its address and takes it up, in one request.
  public void up(int index, Mac mac) throws IOException {
    together().up(index, mac).carryOut();
  }

  public void addAddress(int index, Cidr address) throws IOException {
    together().addAddress(index, address).carryOut();
  }

  /// A route through a gateway, or straight to the link when `gateway` is null.
  public void addRoute(Cidr destination, Inet4Address gateway, int index) throws IOException {
    int scope = gateway == null ? Rtnetlink.RT_SCOPE_LINK : Rtnetlink.RT_SCOPE_UNIVERSE;
    NetlinkMessage request = route(destination, scope, Rtnetlink.RTN_UNICAST);
    if (gateway != null) request.attribute(Rtnetlink.RTA_GATEWAY, gateway.getAddress());
    order("add route " + destination, request.attribute(Rtnetlink.RTA_OIF, index));
  }

  /// Drops every packet for these addresses that no longer prefix takes elsewhere. Routes that
  /// differ in their metric stand side by side.
  public void addBlackhole(Cidr destination, int metric) throws IOException {
    order(
        "add blackhole " + destination,
        route(destination, Rtnetlink.RT_SCOPE_UNIVERSE, Rtnetlink.RTN_BLACKHOLE)
            .attribute(Rtnetlink.RTA_PRIORITY, metric));
  }

  /// `ESRCH` if there is none.
  public void deleteBlackhole(Cidr destination, int metric) throws IOException {
    order(
        "delete blackhole " + destination,
        new NetlinkMessage(Rtnetlink.RTM_DELROUTE, Rtnetlink.REQUEST | Rtnetlink.ACK)
            .route(destination.length(), Rtnetlink.RT_SCOPE_NOWHERE, Rtnetlink.RTN_BLACKHOLE)
            .attribute(Rtnetlink.RTA_DST, destination.address().getAddress())
            .attribute(Rtnetlink.RTA_PRIORITY, metric));
  }

  /// Pins a neighbour's Ethernet address, so that no packet waits for ARP.
  public void addNeighbour(int index, Inet4Address address, Mac mac) throws IOException {
    together().addNeighbour(index, address, mac).carryOut();
  }

  /// Several orders for one hand-over.
  public Orders together() {
    return new Orders();
  }

  /// Orders that the kernel is handed together and carries out one after the other; only the last
  /// is acknowledged.
  public final class Orders {
    private record Order(String what, NetlinkMessage request) {}

    private final List<Order> orders = new ArrayList<>();

    private Orders() {}

    public Orders up(int index) {
      return add("link " + index + " up", setLink(index, Rtnetlink.IFF_UP));
    }

    public Orders up(int index, Mac mac) {
      return add(
          "link " + index + " up",
          setLink(index, Rtnetlink.IFF_UP).attribute(Rtnetlink.IFLA_ADDRESS, mac.bytes()));
    }

    public Orders addAddress(int index, Cidr address) {
      byte[] bytes = address.address().getAddress();
      return add(
          "add address " + address,
          create(Rtnetlink.RTM_NEWADDR, Rtnetlink.EXCLUSIVE)
              .address(address.length(), index)
              .attribute(Rtnetlink.IFA_LOCAL, bytes)
              .attribute(Rtnetlink.IFA_ADDRESS, bytes));
    }

    public Orders addNeighbour(int index, Inet4Address address, Mac mac) {
      return add(
          "add neighbour " + address.getHostAddress(),
          create(Rtnetlink.RTM_NEWNEIGH, Rtnetlink.REPLACE)
              .neighbour(index, Rtnetlink.NUD_PERMANENT)
              .attribute(Rtnetlink.NDA_DST, address.getAddress())
              .attribute(Rtnetlink.NDA_LLADDR, mac.bytes()));
    }

    private Orders add(String what, NetlinkMessage request) {
      orders.add(new Order(what, request));
      return this;
    }

    /// Returns when all are carried out. Fails with the first that was refused; those after it may
    /// have been carried out all the same.
    public void carryOut() throws IOException {
      Deadline deadline = Deadline.after(LONGEST_WAIT);
      String what = orders.getLast().what();
      int first = sequence + 1;
      send(what, bytes());
      KernelException refused = null;
      while (true) {
        for (NetlinkReply reply : receive(what, deadline)) {
          int number = reply.sequence() - first;
          if (number < 0 || number >= orders.size() || reply.type() != Rtnetlink.NLMSG_ERROR)
            continue;
          if (reply.errno() != 0 && refused == null)
            refused = new KernelException(orders.get(number).what(), reply.errno());
          if (number < orders.size() - 1) continue;
          if (refused != null) throw refused;
          return;
        }
      }
    }

    private byte[] bytes() {
      var all = new ByteArrayOutputStream();
      for (Order order : orders) {
        boolean last = order == orders.getLast();
        all.writeBytes((last ? order.request() : order.request().quiet()).bytes(++sequence));
      }
      return all.toByteArray();
    }
  }

  /// A pair of joined links: `name` here and `peer` in the other namespace.
  public void createVeth(String name, String peer, Netns other) throws IOException {
    other.hold();
    try {
      NetlinkMessage request = create(Rtnetlink.RTM_NEWLINK, Rtnetlink.EXCLUSIVE).link(0, 0, 0);
      request.attribute(Rtnetlink.IFLA_IFNAME, name);
      request.nested(Rtnetlink.IFLA_LINKINFO, () -> vethInfo(request, peer, other.fd()));
      order("create veth " + name, request);
    } finally {
      other.letGo();
    }
  }

  private static void vethInfo(NetlinkMessage request, String peer, int netns) {
    request.attribute(Rtnetlink.IFLA_INFO_KIND, "veth");
    request.nested(
        Rtnetlink.IFLA_INFO_DATA,
        () ->
            request.nested(
                Rtnetlink.VETH_INFO_PEER,
                () ->
                    request
                        .link(0, 0, 0)
                        .attribute(Rtnetlink.IFLA_IFNAME, peer)
                        .attribute(Rtnetlink.IFLA_NET_NS_FD, netns)));
  }

  /// A bridge that never learns slowly and whose address is its own from the start: spanning tree
  /// off, forward delay 0, `mac` instead of that of whichever port comes first.
  public void createBridge(String name, Mac mac) throws IOException {
    NetlinkMessage request = create(Rtnetlink.RTM_NEWLINK, Rtnetlink.EXCLUSIVE).link(0, 0, 0);
    request.attribute(Rtnetlink.IFLA_IFNAME, name);
    request.attribute(Rtnetlink.IFLA_ADDRESS, mac.bytes());
    request.nested(
        Rtnetlink.IFLA_LINKINFO,
        () -> {
          request.attribute(Rtnetlink.IFLA_INFO_KIND, "bridge");
          request.nested(
              Rtnetlink.IFLA_INFO_DATA,
              () ->
                  request
                      .attribute(Rtnetlink.IFLA_BR_STP_STATE, 0)
                      .attribute(Rtnetlink.IFLA_BR_FORWARD_DELAY, 0));
        });
    order("create bridge " + name, request);
  }

  /// Makes a link a port of a bridge.
  public void enslave(int index, int bridge) throws IOException {
    order(
        "link " + index + " into bridge " + bridge,
        new NetlinkMessage(Rtnetlink.RTM_SETLINK, Rtnetlink.REQUEST | Rtnetlink.ACK)
            .link(index, 0, 0)
            .attribute(Rtnetlink.IFLA_MASTER, bridge));
  }

  /// The interface of this name with what its kind and its bridge add, if there is one.
  public Optional<NetworkView.Port> port(String name) throws IOException {
    return named(name, PortReader::read);
  }

  private <T> Optional<T> named(String name, Function<ByteBuffer, T> reader) throws IOException {
    var request =
        new NetlinkMessage(Rtnetlink.RTM_GETLINK, Rtnetlink.REQUEST)
            .link(0, 0, 0)
            .attribute(Rtnetlink.IFLA_IFNAME, name);
    try {
      return ask("read link " + name, request, false).stream()
          .findFirst()
          .map(r -> reader.apply(r.body()));
    } catch (KernelException e) {
      if (e.errno() == Errno.ENODEV) return Optional.empty();
      throw e;
    }
  }

  /// Deletes a link; its veth peer goes with it. `ENODEV` if there is none.
  public void delete(String name) throws IOException {
    order(
        "delete link " + name,
        new NetlinkMessage(Rtnetlink.RTM_DELLINK, Rtnetlink.REQUEST | Rtnetlink.ACK)
            .link(0, 0, 0)
            .attribute(Rtnetlink.IFLA_IFNAME, name));
  }

  private static NetlinkMessage setLink(int index, int flags) {
    return new NetlinkMessage(Rtnetlink.RTM_SETLINK, Rtnetlink.REQUEST | Rtnetlink.ACK)
        .link(index, flags, Rtnetlink.IFF_UP);
  }

  private static NetlinkMessage create(int type, int how) {
    return new NetlinkMessage(type, Rtnetlink.REQUEST | Rtnetlink.ACK | Rtnetlink.CREATE | how);
  }

  private static NetlinkMessage route(Cidr destination, int scope, int type) {
    return create(Rtnetlink.RTM_NEWROUTE, Rtnetlink.EXCLUSIVE)
        .route(destination.length(), scope, type)
        .attribute(Rtnetlink.RTA_DST, destination.address().getAddress());
  }

  private void order(String what, NetlinkMessage request) throws IOException {
    var _ = ask(what, request, false);
  }

  /// Sends and collects the answers: up to the acknowledgement, the first message, or the end of a
  /// dump.
  List<NetlinkReply> ask(String what, NetlinkMessage request, boolean dump) throws IOException {
    Deadline deadline = Deadline.after(LONGEST_WAIT);
    int mine = ++sequence;
    send(what, request.bytes(mine));
    var answers = new ArrayList<NetlinkReply>();
    while (answers.size() <= MOST_LINKS) {
      for (NetlinkReply reply : receive(what, deadline)) {
        if (reply.sequence() != mine) continue;
        if (reply.type() == Rtnetlink.NLMSG_DONE) return answers;
        if (reply.type() == Rtnetlink.NLMSG_ERROR) return acknowledged(what, reply, answers);
        answers.add(reply);
      }
      if (!dump && !answers.isEmpty()) return answers;
    }
    throw new IOException(what + ": more than " + MOST_LINKS + " answers");
  }

  private static List<NetlinkReply> acknowledged(
      String what, NetlinkReply reply, List<NetlinkReply> answers) throws KernelException {
    if (reply.errno() != 0) throw new KernelException(what, reply.errno());
    return answers;
  }

  private void send(String what, byte[] request) throws IOException {
    if (FdIo.write(socket, request) != request.length) throw new IOException(what + ": cut short");
  }

  private List<NetlinkReply> receive(String what, Deadline deadline) throws IOException {
    if (Poll.await(deadline, Poll.IN, socket.number()) < 0) {
      throw new KernelException(what, Errno.ETIMEDOUT);
    }
    int length = FdIo.read(socket, received);
    // The replies of a dump outlive the next read, so they get a copy of their own.
    return NetlinkReply.parse(java.util.Arrays.copyOf(received, length), length);
  }

  @Override
  public void close() {
    socket.close();
  }
}
