package atoll.agent.relay;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;

/// Makes ports that programs of the guest bind to loopback reachable from outside, under the same
/// number on the guest's outer address.
///
/// - **Owner** the agent. One thread looks whenever the kernel tells of a socket that began or
///   ended to listen; once a second where it does not. [#close()] ends it and all connections.
/// - **Shape** at most 256 ports and 1024 connections at once.
public final class PortRelay implements AutoCloseable {
  private static final int MOST_PORTS = 256;
  private static final int MOST_CONNECTIONS = 1024;

  private final Map<Integer, RelayedPort> ports = new HashMap<>();
  private final Semaphore permits = new Semaphore(MOST_CONNECTIONS);
  private final Listeners listeners = new Listeners(Path.of("/proc/net"));
  private final Events source;
  private InetAddress address;
  private ListenEvents events;
  private boolean closed;

  /// Where to hear of sockets that begin or end to listen.
  @FunctionalInterface
  interface Events {
    ListenEvents open() throws IOException;
  }

  /// @param address where to offer the ports; null finds the guest's first address that is not
  ///   loopback
  public PortRelay(InetAddress address) {
    this(address, TraceEvents::open);
  }

  PortRelay(InetAddress address, Events source) {
    this.address = address;
    this.source = source;
  }

  public void start() {
    Thread.ofPlatform().daemon().name("port-relay").start(this::run);
  }

  private void run() {
    try {
      for (ListenEvents kernel = events(); kernel != null; kernel.await()) look();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      if (!isClosed())
        log().log(System.Logger.Level.ERROR, "loopback ports are no longer offered", e);
    }
  }

  /// Null once closed.
  private synchronized ListenEvents events() {
    if (closed) return null;
    try {
      events = source.open();
    } catch (IOException | RuntimeException e) {
      log().log(System.Logger.Level.DEBUG, "no kernel events; looking every second", e);
      events = new EverySecond();
    }
    return events;
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private synchronized void look() throws IOException {
    if (closed) return;
    if (address == null) address = outerAddress();
    if (address == null) return;
    Map<Integer, Listener> now = listeners.now();
    for (var port : ports.values().toArray(RelayedPort[]::new)) {
      if (port.target().equals(now.get(port.target().port()))) continue;
      ports.remove(port.target().port());
      port.close();
    }
    for (Listener listener : now.values()) {
      if (ports.size() >= MOST_PORTS) return;
      if (!ports.containsKey(listener.port())) offer(listener);
    }
  }

  private void offer(Listener listener) {
    try {
      ports.put(listener.port(), RelayedPort.open(listener, address, permits));
    } catch (IOException taken) {
      log().log(System.Logger.Level.DEBUG, "port " + listener.port() + " is not offered", taken);
    }
  }

  private static InetAddress outerAddress() throws IOException {
    for (NetworkInterface link : NetworkInterface.networkInterfaces().toList()) {
      if (link.isLoopback() || !link.isUp()) continue;
      for (InetAddress found : link.inetAddresses().toList())
        if (found instanceof Inet4Address) return found;
    }
    return null;
  }

  /// Ends the connections that go through: their outer ends belong to another life of this guest.
  public synchronized void dropConnections() {
    ports.values().forEach(RelayedPort::dropConnections);
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    if (events != null) events.close();
    for (RelayedPort port : ports.values()) port.close();
    ports.clear();
  }

  /// Looked up when there is something to say: finding it would be a third of the agent's start.
  private static System.Logger log() {
    return System.getLogger(PortRelay.class.getName());
  }
}
