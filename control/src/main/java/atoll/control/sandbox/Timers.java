package atoll.control.sandbox;

import java.time.Duration;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;

/// One queue of things to do later, and the one thread that sleeps until the next is due.
///
/// - **Owner** whoever opened it; [#close()] drops what is not due yet.
/// - **Threads** each action runs on a virtual thread of its own, so that a slow one delays no
///   other.
final class Timers implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Timers.class.getName());
  private final DelayQueue<Timer> queue = new DelayQueue<>();
  private final Thread thread;

  Timers() {
    thread = Thread.ofPlatform().name("timers").daemon().start(this::run);
  }

  /// Something to do once, `dueNanos` on the monotonic clock.
  record Timer(long dueNanos, Runnable action) implements Delayed {
    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(dueNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.signum(dueNanos - ((Timer) other).dueNanos);
    }

    // Two timers are never the same one, whatever they hold.
    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  Timer after(Duration delay, Runnable action) {
    var timer = new Timer(System.nanoTime() + Math.max(0, delay.toNanos()), action);
    queue.add(timer);
    return timer;
  }

  void cancel(Timer timer) {
    queue.remove(timer);
  }

  private void run() {
    try {
      while (true) Thread.ofVirtual().name("timer").start(guarded(queue.take().action()));
    } catch (InterruptedException closed) {
      queue.clear();
    }
  }

  private static Runnable guarded(Runnable action) {
    return () -> {
      try {
        action.run();
      } catch (RuntimeException e) {
        LOG.log(System.Logger.Level.ERROR, "a timer's action failed", e);
      }
    };
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
