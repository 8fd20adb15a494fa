package atoll.node.sandbox;

import atoll.core.Deadline;
import atoll.core.Refusal;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Lets as many sandboxes start at once as the host has processors for, so that each start keeps
/// its deadlines.
///
/// The others wait in line, first come, first served; the line and the wait are bounded.
final class StartPermits {
  /// Gives the permit back.
  interface Permit extends AutoCloseable {
    @Override
    void close();
  }

  private final Semaphore free;
  private final AtomicInteger waiting = new AtomicInteger();
  private final int longestLine;
  private final Duration longestWait;

  StartPermits(int atOnce, int longestLine, Duration longestWait) {
    this.free = new Semaphore(atOnce, true);
    this.longestLine = longestLine;
    this.longestWait = longestWait;
  }

  /// Waits for its turn.
  Permit take() {
    if (!free.tryAcquire()) waitInLine();
    return free::release;
  }

  private void waitInLine() {
    if (waiting.incrementAndGet() > longestLine) {
      waiting.decrementAndGet();
      throw busy(longestLine + " other sandboxes are waiting to start");
    }
    try {
      Deadline deadline = Deadline.after(longestWait);
      if (!free.tryAcquire(deadline.left().toNanos(), TimeUnit.NANOSECONDS))
        throw busy("none of the starts before it ended within " + longestWait.toSeconds() + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw busy("the wait was interrupted");
    } finally {
      waiting.decrementAndGet();
    }
  }

  private static Refusal busy(String why) {
    return new Refusal.Unavailable(
        "node_busy", "the node is starting other sandboxes: " + why, "try again in a few seconds");
  }
}
