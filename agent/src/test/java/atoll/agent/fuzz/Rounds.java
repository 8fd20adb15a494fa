package atoll.agent.fuzz;

import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/// Runs one fuzz target with many seeds. A failure names its seed; `-Dfuzz.seed=N` runs that one
/// alone, `-Dfuzz.rounds=N` that many of them.
public final class Rounds {
  /// What one target does unless told otherwise; all targets together make 20,000.
  private static final int USUAL = 3400;

  /// No input of these sizes takes longer unless the reader has gone round in circles.
  private static final long SLOWEST_NANOS = TimeUnit.SECONDS.toNanos(20);

  private Rounds() {}

  public static void run(LongConsumer target) {
    Long only = Long.getLong("fuzz.seed");
    if (only != null) {
      target.accept(only);
      return;
    }
    long first = Long.getLong("fuzz.first", 0);
    long count = Long.getLong("fuzz.rounds", USUAL);
    for (long seed = first; seed < first + count; seed++) once(target, seed);
  }

  private static void once(LongConsumer target, long seed) {
    long start = System.nanoTime();
    try {
      target.accept(seed);
    } catch (RuntimeException | Error e) {
      throw new AssertionError("seed " + seed + ": run it alone with -Dfuzz.seed=" + seed, e);
    }
    if (System.nanoTime() - start > SLOWEST_NANOS)
      throw new AssertionError("seed " + seed + " took more than 20 s");
  }
}
