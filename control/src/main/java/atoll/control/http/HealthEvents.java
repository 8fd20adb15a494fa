package atoll.control.http;

import atoll.core.Deadline;
import atoll.core.Refusal;
import atoll.protocol.node.SandboxHealth;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/// The last changes of sandboxes' health, numbered, for those who wait for the next one.
///
/// Threads: safe anywhere; waiters block.
final class HealthEvents {
  private static final int KEPT = 1024;
  private static final int MOST_WAITERS = 256;

  /// @param number grows with each change, also over a restart
  record Event(long number, SandboxHealth health) {}

  /// @param missed whether changes between the one asked for and the first of these are forgotten
  /// @param last the number to ask for next
  record Batch(List<Event> events, long last, boolean missed) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition more = lock.newCondition();
  private final Deque<Event> kept = new ArrayDeque<>(); // LOCK: lock
  private final long first;
  private long last; // LOCK: lock
  private int waiters; // LOCK: lock

  /// @param startMillis of the clock, from which numbers count
  HealthEvents(long startMillis) {
    this.first = startMillis;
    this.last = startMillis;
  }

  void add(SandboxHealth health) {
    lock.lock();
    try {
      if (kept.size() >= KEPT) kept.removeFirst();
      kept.addLast(new Event(++last, health));
      more.signalAll();
    } finally {
      lock.unlock();
    }
  }

  long last() {
    lock.lock();
    try {
      return last;
    } finally {
      lock.unlock();
    }
  }

  /// Those after `number` that the caller may see; waits for the first one up to `wait`.
  Batch after(long number, Duration wait, Predicate<SandboxHealth> visible) {
    Deadline deadline = Deadline.after(wait);
    long seen = number;
    while (true) {
      List<Event> fresh = await(seen, deadline);
      List<Event> mine = fresh.stream().filter(e -> visible.test(e.health())).toList();
      if (!fresh.isEmpty()) seen = fresh.getLast().number();
      if (!mine.isEmpty() || deadline.expired() || Thread.currentThread().isInterrupted())
        return new Batch(mine, Math.max(seen, first), isMissed(number));
    }
  }

  private boolean isMissed(long number) {
    lock.lock();
    try {
      return number < first || !kept.isEmpty() && kept.getFirst().number() > number + 1;
    } finally {
      lock.unlock();
    }
  }

  private List<Event> await(long number, Deadline deadline) {
    lock.lock();
    try {
      if (waiters >= MOST_WAITERS)
        throw new Refusal.Unavailable(
            "overloaded", MOST_WAITERS + " callers wait for events", "try again later");
      waiters++;
      try {
        long nanos = deadline.left().toNanos();
        while (last <= number && nanos > 0) nanos = more.awaitNanos(nanos);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        waiters--;
      }
      return kept.stream().filter(e -> e.number() > number).toList();
    } finally {
      lock.unlock();
    }
  }
}
