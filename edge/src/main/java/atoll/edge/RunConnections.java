package atoll.edge;

import atoll.protocol.node.GuestDialer;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/// One event loop's connections to one run of a sandbox: kept ones by port, and all of them, to be
/// closed when the run ends.
///
/// Keyed by run, so that an address used again by another sandbox never shares a connection.
final class RunConnections {
  /// Shorter than the keep-alive of common servers (5 s), so that a kept connection is rarely a
  /// dead one.
  private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(4);

  /// Our own agent keeps idle connections for longer than this.
  private static final long KEPT_BY_AGENT_NANOS = TimeUnit.SECONDS.toNanos(60);

  private static final int MOST_KEPT = 64;

  /// Closing takes microseconds; a loop that is this busy must not hold up the node.
  private static final long LONGEST_END_MILLIS = 500;

  private final EdgeLoop edge;
  private final GuestDialer.Route route;
  private final InetAddress address;
  private final Set<GuestConnection> all = new HashSet<>();
  private final Set<Dial> dials = new HashSet<>();
  private final Map<Integer, ArrayDeque<GuestConnection>> kept = new HashMap<>();
  private boolean sweeping;
  private boolean ended;

  RunConnections(EdgeLoop edge, GuestDialer.Route route) {
    this.edge = edge;
    this.route = route;
    address = address(route.guestAddress());
  }

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByAddress(NetUtil.createByteArrayFromIpAddressString(text));
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("not an address: " + text, e);
    }
  }

  void watch() {
    edge.dialer.onEnd(route, this::endOnLoop);
  }

  /// Waits for the loop, within reason, so that the node finds no socket of ours in the namespace
  /// it is about to look over.
  private void endOnLoop() {
    try {
      edge.loop.submit(this::end).awaitUninterruptibly(LONGEST_END_MILLIS);
    } catch (RejectedExecutionException shutDown) {
      // The loop has ended, and its connections with it: nothing is left to close.
      System.getLogger(RunConnections.class.getName())
          .log(System.Logger.Level.DEBUG, "edge closed before {0}", route.id());
    }
  }

  private void end() {
    ended = true;
    edge.forget(route.run());
    List.copyOf(dials).forEach(Dial::runEnded);
    List.copyOf(all).forEach(GuestConnection::runEnded);
  }

  EdgeLoop edge() {
    return edge;
  }

  /// Whether this run is over, as far as the node knows at this moment.
  boolean over() {
    if (ended) return true;
    var now = edge.dialer.route(route.id());
    return now.isEmpty() || now.get().run() != route.run();
  }

  long run() {
    return route.run();
  }

  InetSocketAddress addressOf(int port) {
    return new InetSocketAddress(address, port);
  }

  /// A descriptor made inside the sandbox's namespace.
  int socket() throws IOException {
    if (ended) throw new IOException("the run has ended");
    return edge.dialer.socket(route);
  }

  /// A kept connection to that port, most recently used first, or null.
  GuestConnection takeKept(int port) {
    ArrayDeque<GuestConnection> idle = kept.get(port);
    if (idle == null) return null;
    long now = System.nanoTime();
    for (GuestConnection c = idle.pollLast(); c != null; c = idle.pollLast()) {
      if (c.open() && now - c.idleSince() < keepNanos(port)) return c;
      c.close();
    }
    return null;
  }

  /// Takes a connection back for the next request to its port.
  void keep(GuestConnection connection) {
    ArrayDeque<GuestConnection> idle =
        kept.computeIfAbsent(connection.port(), p -> new ArrayDeque<>());
    if (ended || idle.size() >= MOST_KEPT) {
      connection.close();
      return;
    }
    idle.addLast(connection);
    if (!sweeping) sweepLater();
  }

  private static long keepNanos(int port) {
    return port == Target.AGENT_PORT ? KEPT_BY_AGENT_NANOS : KEPT_NANOS;
  }

  private void sweepLater() {
    sweeping = true;
    edge.loop.schedule(this::sweep, KEPT_NANOS, TimeUnit.NANOSECONDS);
  }

  /// Closes what was kept too long; runs only while something is kept.
  private void sweep() {
    sweeping = false;
    long now = System.nanoTime();
    kept.forEach((port, idle) -> {
      while (!idle.isEmpty() && now - idle.peekFirst().idleSince() >= keepNanos(port))
        idle.pollFirst().close();
    });
    kept.values().removeIf(ArrayDeque::isEmpty);
    if (!kept.isEmpty()) sweepLater();
  }

  void opened(GuestConnection connection) {
    all.add(connection);
  }

  void closed(GuestConnection connection) {
    all.remove(connection);
    ArrayDeque<GuestConnection> idle = kept.get(connection.port());
    if (idle != null) idle.remove(connection);
  }

  void began(Dial dial) {
    dials.add(dial);
  }

  void finished(Dial dial) {
    dials.remove(dial);
  }
}
