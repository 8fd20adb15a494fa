package atoll.e2e;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Waits for something outside this JVM that gives no event. Bounded always, by a limit that grows
/// with the patience.
final class Until {
  private static final long STEP_MILLIS = 2;

  private Until() {}

  interface Question<T> {
    Optional<T> ask() throws Exception;
  }

  /// The first answer.
  static <T> T found(Duration longest, String what, Question<T> question) throws Exception {
    Duration limit = Project.atMost(longest);
    long end = System.nanoTime() + limit.toNanos();
    while (System.nanoTime() < end) {
      Optional<T> answer = question.ask();
      if (answer.isPresent()) return answer.get();
      TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
    }
    throw new AssertionError("not within " + limit.toSeconds() + " s: " + what);
  }

  interface Condition {
    boolean holds() throws Exception;
  }

  static void holds(Duration longest, String what, Condition condition) throws Exception {
    found(longest, what, () -> condition.holds() ? Optional.of(true) : Optional.empty());
  }
}
