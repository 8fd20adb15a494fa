package atoll.core;

import java.time.Duration;

/// A moment after which waiting stops, on the monotonic clock.
public record Deadline(long nanoTime) {
  public static Deadline after(Duration duration) {
    return new Deadline(System.nanoTime() + duration.toNanos());
  }

  /// Never negative.
  public Duration left() {
    return Duration.ofNanos(Math.max(0, nanoTime - System.nanoTime()));
  }

  /// Whole milliseconds left, at least 1 while any time is left, so that 0 means expired.
  public int leftMillis() {
    long nanos = nanoTime - System.nanoTime();
    if (nanos <= 0) return 0;
    return (int) Math.min(Integer.MAX_VALUE, Math.max(1, nanos / 1_000_000));
  }

  public boolean expired() {
    return nanoTime - System.nanoTime() <= 0;
  }

  /// The earlier of this and `duration` from now.
  public Deadline within(Duration duration) {
    Deadline other = after(duration);
    return other.nanoTime - nanoTime < 0 ? other : this;
  }
}
