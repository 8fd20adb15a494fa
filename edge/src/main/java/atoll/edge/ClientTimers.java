package atoll.edge;

import io.netty.channel.EventLoop;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// The two clocks of one client's connection: how long it may be silent, and how long a head may
/// take.
///
/// Traffic only notes the time; the idle clock looks at that when it rings and is wound up for the
/// rest.
final class ClientTimers {
  /// How long a client that ended its output hears nothing before it counts as gone.
  private static final long PERHAPS_GONE_NANOS = TimeUnit.SECONDS.toNanos(3);

  private final EventLoop loop;
  private final ClientConnection client;
  private long idleNanos;
  private final long headNanos;
  private long lastTraffic;
  private Future<?> idle;
  private Future<?> head;

  ClientTimers(EventLoop loop, EdgeConfig config, ClientConnection client) {
    this.loop = loop;
    this.client = client;
    idleNanos = config.idle().toNanos();
    headNanos = config.headTimeout().toNanos();
  }

  void start() {
    touch();
    idle = loop.schedule(this::ring, idleNanos, TimeUnit.NANOSECONDS);
    headPending(true);
  }

  void touch() {
    lastTraffic = System.nanoTime();
  }

  private void ring() {
    long left = lastTraffic + idleNanos - System.nanoTime();
    if (left <= 0) {
      client.idleTooLong();
    } else {
      idle = loop.schedule(this::ring, left, TimeUnit.NANOSECONDS);
    }
  }

  /// From here on a short silence ends the connection.
  void perhapsGone() {
    idleNanos = Math.min(idleNanos, PERHAPS_GONE_NANOS);
    touch();
    idle.cancel(false);
    ring();
  }

  /// Winds the head's clock up once while a head is under way; bytes that trickle in do not wind it
  /// up again.
  void headPending(boolean pending) {
    if (pending && head == null)
      head = loop.schedule(client::headTimedOut, headNanos, TimeUnit.NANOSECONDS);
  }

  void headDone() {
    if (head != null) head.cancel(false);
    head = null;
  }

  /// What is left of the connection's life is as long as a head may take.
  void closing() {
    headDone();
    headPending(true);
  }

  void stop() {
    headDone();
    if (idle != null) idle.cancel(false);
  }
}
