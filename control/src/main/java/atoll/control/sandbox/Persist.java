package atoll.control.sandbox;

import atoll.core.Refusal;
import java.time.Duration;

/// Does something that must happen sooner or later, again and again while the database or the node
/// is away.
///
/// Waits from 0.1 s up to 5 s between tries. Gives up after about an hour: the next start of
/// control puts right what is left.
final class Persist {
  private static final System.Logger LOG = System.getLogger(Persist.class.getName());
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final int MOST_TRIES = 720;
  private final Timers timers;

  Persist(Timers timers) {
    this.timers = timers;
  }

  /// Tries at once on the calling thread; later tries run on timers. Throws nothing.
  void until(String what, Runnable work) {
    attempt(what, work, 1);
  }

  private void attempt(String what, Runnable work, int attempt) {
    try {
      work.run();
    } catch (Refusal e) {
      again(what, work, attempt, e);
    }
  }

  private void again(String what, Runnable work, int attempt, Refusal cause) {
    if (attempt == 1)
      LOG.log(System.Logger.Level.WARNING, "{0}: {1}; trying again", what, cause.getMessage());
    if (attempt >= MOST_TRIES) {
      LOG.log(System.Logger.Level.ERROR, what + ": given up", cause);
      return;
    }
    long pause = Math.min(LONGEST_PAUSE.toMillis(), 100L << Math.min(attempt - 1, 10));
    timers.after(Duration.ofMillis(pause), () -> attempt(what, work, attempt + 1));
  }
}
