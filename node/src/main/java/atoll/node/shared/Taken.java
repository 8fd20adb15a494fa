package atoll.node.shared;

import atoll.core.Deadline;
import atoll.linux.net.Cidr;
import atoll.linux.net.Mac;
import atoll.linux.net.Netns;
import atoll.node.egress.HostNetwork;
import atoll.node.ledger.HostObject;
import atoll.node.sandbox.NetworkSlot;
import atoll.node.sandbox.Seat;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// A seat in a network of this node, in the kernel.
final class Taken implements Seat {
  /// The slot's end of the cable.
  static final String INNER = "net0";

  /// RFC 863; a guest has nothing there, so it refuses.
  private static final int DISCARD = 9;

  private static final Duration ATTEMPT = Duration.ofMillis(250);

  private final SharedNetwork network;
  private final int number;
  private final Bridges bridges;
  private final HostNetwork host;
  private final Consumer<Taken> onFree;
  private final AtomicBoolean free = new AtomicBoolean();
  private volatile String port; // null until it is known which slot it leads to

  Taken(
      SharedNetwork network,
      int number,
      String port,
      Bridges bridges,
      HostNetwork host,
      Consumer<Taken> onFree) {
    this.network = network;
    this.number = number;
    this.port = port;
    this.bridges = bridges;
    this.host = host;
    this.onFree = onFree;
  }

  SharedNetwork of() {
    return network;
  }

  int number() {
    return number;
  }

  @Override
  public String network() {
    return network.name().name();
  }

  @Override
  public Cidr address() {
    return network.address(number);
  }

  @Override
  public String gateway() {
    return network.gateway().address().getHostAddress();
  }

  @Override
  public String mac() {
    return network.seatMac(number).toString();
  }

  @Override
  public String bridge() {
    return network.bridge();
  }

  @Override
  public String portName() {
    return port;
  }

  @Override
  public HostObject.Port port(NetworkSlot slot) {
    return new HostObject.Port(
        SharedNetwork.PORT_PREFIX + slot.index(),
        network.portMac(number).toString(),
        slot.anchor(),
        network.name(),
        number);
  }

  /// Rules stand before either end of the cable carries anything.
  @Override
  public void plug(NetworkSlot slot) throws IOException {
    port = port(slot).link();
    slot.wear();
    try (Netns netns = Netns.open(slot.anchor())) {
      bridges.cable(network, number, port, netns, INNER);
      String rules =
          PortRules.replacing(network, number, slot.tapName(), INNER, Mac.parse(slot.guestMac()));
      host.nft(netns).apply(rules);
      bridges.join(network, number, port, netns, INNER);
    }
  }

  /// A guest that refuses a connection has heard of it and has answered.
  @Override
  public void prove(Deadline deadline) throws IOException {
    String answer = "";
    do {
      answer = host.inside(() -> answer(deadline.within(ATTEMPT)));
      if (answer.isEmpty()) return;
    } while (!deadline.expired());
    Optional<String> fault = fault();
    throw new IOException(
        "nobody answers at "
            + address()
            + " in network "
            + network()
            + ": "
            + fault.orElse(answer));
  }

  /// From the gateway's address, so that nothing goes elsewhere when the bridge is gone.
  private String answer(Deadline deadline) throws IOException {
    try (var socket = new Socket()) {
      socket.bind(new InetSocketAddress(network.gateway().address(), 0));
      int millis = Math.max(1, (int) deadline.left().toMillis());
      socket.connect(new InetSocketAddress(address().address(), DISCARD), millis);
      return "";
    } catch (ConnectException refused) {
      return "";
    } catch (java.net.SocketTimeoutException | java.net.NoRouteToHostException silent) {
      return String.valueOf(silent.getMessage());
    }
  }

  /// After its bridge was made anew.
  void rejoin() throws IOException {
    String name = port;
    if (name != null) bridges.rejoin(network, number, name);
  }

  @Override
  public Optional<String> fault() throws IOException {
    String name = port;
    return name == null ? Optional.empty() : bridges.fault(network, number, name);
  }

  /// Both ends go; the rules' last packets have then passed.
  @Override
  public void unplug() throws IOException {
    String name = port;
    if (name != null) bridges.remove(name, network.portMac(number));
  }

  @Override
  public void free() {
    if (free.compareAndSet(false, true)) onFree.accept(this);
  }
}
