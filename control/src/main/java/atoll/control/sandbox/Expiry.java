package atoll.control.sandbox;

import atoll.core.SandboxId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// Knows when each running sandbox expires. Soft state: the store decides, this only reminds.
///
/// At most one timer a sandbox, and of two the earlier one stays: a reminder that comes too early
/// looks at the store and is set anew, one that came too late would let a sandbox live on. So it
/// does not matter in which order racing callers get here.
final class Expiry {
  private final ConcurrentHashMap<SandboxId, Timers.Timer> reminders = new ConcurrentHashMap<>();
  private final Timers timers;
  private final InstantSource clock;
  private final Consumer<SandboxId> expired;

  Expiry(Timers timers, InstantSource clock, Consumer<SandboxId> expired) {
    this.timers = timers;
    this.clock = clock;
    this.expired = expired;
  }

  /// Reminds at `endAt`, or earlier if that was asked for before.
  void schedule(SandboxId id, Instant endAt) {
    reminders.compute(
        id,
        (_, old) -> {
          Duration left = Duration.between(clock.instant(), endAt);
          if (old != null && old.dueNanos() - System.nanoTime() <= left.toNanos()) return old;
          if (old != null) timers.cancel(old);
          return timers.after(left, () -> fired(id));
        });
  }

  private void fired(SandboxId id) {
    reminders.computeIfPresent(
        id, (_, timer) -> timer.dueNanos() - System.nanoTime() <= 0 ? null : timer);
    expired.accept(id);
  }

  void forget(SandboxId id) {
    Timers.Timer reminder = reminders.remove(id);
    if (reminder != null) timers.cancel(reminder);
  }

  int size() {
    return reminders.size();
  }
}
