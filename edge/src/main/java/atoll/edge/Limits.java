package atoll.edge;

import io.netty.channel.Channel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Counts what is open against what may be open. Safe on any thread.
final class Limits {
  private final int connections;
  private final int perSandbox;
  private final AtomicInteger open = new AtomicInteger();
  private final Map<Long, AtomicInteger> perRun = new ConcurrentHashMap<>();

  Limits(int connections, int perSandbox) {
    this.connections = connections;
    this.perSandbox = perSandbox;
  }

  int connections() {
    return open.get();
  }

  int perSandbox() {
    return perSandbox;
  }

  /// Counts the channel in until it closes; false if that is one too many.
  boolean admit(Channel channel) {
    boolean admitted = open.incrementAndGet() <= connections;
    channel.closeFuture().addListener(closed -> open.decrementAndGet());
    return admitted;
  }

  /// Counts one request of that run in; if true, [#leave] must follow.
  boolean enter(long run) {
    if (perSandbox == 0) return true;
    var counter = perRun.computeIfAbsent(run, r -> new AtomicInteger());
    if (counter.incrementAndGet() <= perSandbox) return true;
    counter.decrementAndGet();
    return false;
  }

  void leave(long run) {
    if (perSandbox == 0) return;
    var counter = perRun.get(run);
    if (counter != null) counter.decrementAndGet();
  }

  void forget(long run) {
    perRun.remove(run);
  }
}
