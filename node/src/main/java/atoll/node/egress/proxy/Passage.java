package atoll.node.egress.proxy;

import atoll.linux.net.Netns;
import atoll.protocol.network.Reserved;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.RawUnixChannelOption;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/// One connection of a guest through its proxy: asked whom it means, judged, then carried.
///
/// What is refused is reset at once, so that the guest's program need not wait.
///
/// Threads: the proxy's loop, but for [#judgeAgain()] and [#cut()].
final class Passage {
  private static final Duration NAME_WAIT = Duration.ofSeconds(10);
  private static final Duration CONNECT_WAIT = Duration.ofSeconds(10);
  private static final int MOST_ADDRESSES = 4; // tried in turn

  /// Where the guest meant to go, before the redirection: struct sockaddr_in, from
  /// linux/netfilter_ipv4.h.
  private static final RawUnixChannelOption ORIGINAL =
      new RawUnixChannelOption("SO_ORIGINAL_DST", 0, 80, 16);

  private static final int HTTP = 80;

  private final EpollSocketChannel guest;
  private final Netns netns;
  private final ProxyLoop loop;
  private final NameProxy.Verdicts verdicts;
  private int port;
  private volatile String name;
  private volatile Channel remote;

  private Passage(
      EpollSocketChannel guest, Netns netns, ProxyLoop loop, NameProxy.Verdicts verdicts) {
    this.guest = guest;
    this.netns = netns;
    this.loop = loop;
    this.verdicts = verdicts;
  }

  static void begin(
      EpollSocketChannel guest,
      Netns netns,
      ProxyLoop loop,
      NameProxy.Verdicts verdicts,
      Set<Passage> all) {
    var passage = new Passage(guest, netns, loop, verdicts);
    if (all.size() >= NameProxy.MOST_CONNECTIONS) {
      guest.unsafe().closeForcibly();
      return;
    }
    all.add(passage);
    guest.closeFuture().addListener(_ -> all.remove(passage));
    passage.ask();
  }

  private void ask() {
    port = originalPort();
    Carrier.prepare(guest);
    ChannelHandler question = port == HTTP ? new HttpName(this::named) : new TlsName(this::named);
    guest.pipeline().addLast("name", question).addLast("carry", new Carrier());
    loop.register(guest);
    guest.eventLoop().schedule(this::closeIfNameless, NAME_WAIT.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void closeIfNameless() {
    if (name == null) reset(guest);
  }

  private int originalPort() {
    ByteBuffer address = guest.config().getOption(ORIGINAL);
    return address == null ? 0 : address.getShort(2) & 0xffff;
  }

  /// The guest has said whom it means; null if it did not.
  private void named(String said) {
    if (said == null || !verdicts.policy.permits(said)) {
      reset(guest);
      return;
    }
    name = said;
    guest.config().setAutoRead(false);
    try {
      loop.resolvers().execute(this::resolve);
    } catch (RejectedExecutionException e) {
      reset(guest);
    }
  }

  private void resolve() {
    List<Inet4Address> found = List.of();
    try {
      found = loop.names().addresses(name).stream().filter(a -> !Reserved.contains(a)).toList();
    } catch (IOException | RuntimeException e) {
      System.getLogger(Passage.class.getName())
          .log(System.Logger.Level.DEBUG, "resolving {0} for a sandbox: {1}", name, e);
    }
    List<Inet4Address> addresses = found.subList(0, Math.min(found.size(), MOST_ADDRESSES));
    guest.eventLoop().execute(() -> connect(addresses));
  }

  private void connect(List<Inet4Address> addresses) {
    if (addresses.isEmpty() || !guest.isActive()) {
      reset(guest);
      return;
    }
    EpollSocketChannel next;
    try {
      next = loop.socket(netns);
    } catch (IOException e) {
      reset(guest);
      return;
    }
    remote = next;
    Carrier.prepare(next);
    next.config().setOption(ChannelOption.AUTO_READ, false);
    next.config().setConnectTimeoutMillis((int) CONNECT_WAIT.toMillis());
    next.pipeline().addLast("carry", new Carrier());
    guest
        .eventLoop()
        .register(next)
        .addListener(_ ->
            next.connect(new InetSocketAddress(addresses.getFirst(), port))
                .addListener(done -> connected(next, done.isSuccess(), addresses)));
  }

  private void connected(Channel made, boolean success, List<Inet4Address> addresses) {
    if (!success) {
      made.close();
      connect(addresses.subList(1, addresses.size()));
      return;
    }
    if (!guest.isActive() || !verdicts.policy.permits(name)) {
      reset(made);
      reset(guest);
      return;
    }
    Carrier.join(guest, made);
    guest.pipeline().remove("name"); // gives what it has read so far to the carrier
    Carrier.passEarlyEnd(guest, made);
    Carrier.readAgain(guest);
    Carrier.readAgain(made);
  }

  void judgeAgain() {
    String said = name;
    if (said != null && !verdicts.policy.permits(said)) {
      var _ = cut();
    }
  }

  /// Resets both sides; the futures are done when their sockets are gone.
  List<ChannelFuture> cut() {
    var closing = new ArrayList<ChannelFuture>();
    closing.add(reset(guest));
    Channel far = remote;
    if (far != null) closing.add(reset(far));
    return closing;
  }

  /// Without a farewell that would linger in the slot.
  private static ChannelFuture reset(Channel channel) {
    if (channel.isOpen()) channel.config().setOption(ChannelOption.SO_LINGER, 0);
    return channel.close();
  }
}
