package atoll.agent.process;

import atoll.linux.kernel.KernelException;
import java.util.PriorityQueue;

/// Kills processes at their deadlines, even while the thread that serves them is held up by a
/// client that does not read.
///
/// Safe for several threads. One thread, made when first needed; it sleeps until the earliest
/// deadline it was told, and is not woken for later ones.
final class KillTimer {
  /// One process and when it must be gone.
  static final class Entry implements Comparable<Entry> {
    private final RunningProcess process;
    private final long nanos;

    private Entry(RunningProcess process, long nanos) {
      this.process = process;
      this.nanos = nanos;
    }

    @Override
    public int compareTo(Entry other) {
      return Long.signum(nanos - other.nanos);
    }
  }

  private final PriorityQueue<Entry> queue = new PriorityQueue<>();
  private boolean started;

  /// When the thread will look again by itself; nobody needs to wake it for anything later.
  private long wakesAt = Long.MAX_VALUE;

  synchronized Entry add(RunningProcess process, long deadlineNanos) {
    var entry = new Entry(process, deadlineNanos);
    queue.add(entry);
    if (!started) {
      started = true;
      Thread.ofPlatform().daemon().name("kill-timer").start(this::run);
    } else if (wakesAt == Long.MAX_VALUE || entry.nanos - wakesAt < 0) {
      notifyAll();
    }
    return entry;
  }

  synchronized void cancel(Entry entry) {
    queue.removeIf(e -> e == entry);
  }

  private void run() {
    try {
      while (true) kill(next());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized Entry next() throws InterruptedException {
    while (true) {
      Entry head = queue.peek();
      long left = head == null ? Long.MAX_VALUE : head.nanos - System.nanoTime();
      if (left <= 0) return queue.poll();
      wakesAt = head == null ? Long.MAX_VALUE : head.nanos;
      if (head == null) wait();
      else wait(left / 1_000_000 + 1);
    }
  }

  private static void kill(Entry entry) {
    try {
      entry.process.killNow();
    } catch (KernelException e) {
      System.getLogger(KillTimer.class.getName())
          .log(System.Logger.Level.WARNING, "killing at the deadline", e);
    }
  }
}
