package atoll.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// How fast the processors are at a moment: the same short loop on all of them at once.
///
/// On a shared host another machine may run on the other half of a core. The loop then takes twice
/// as long, for seconds, and nothing inside shows why: steal time stays zero. A time in
/// milliseconds says little without this; ratios within one run bear it.
///
/// For one thread.
final class Pace implements AutoCloseable {
  /// About half a millisecond.
  private static final int STEPS = 300_000;

  private static final int WARM_UP = 30;

  /// A neighbour comes and goes within seconds: watched this long, it was away once.
  private static final int LOOKS = 500;

  private static final long BETWEEN_MILLIS = 10;

  /// Slower than the best by more than this: somebody else is at work.
  private static final double DISTURBED = 1.25;

  private final int processors = Runtime.getRuntime().availableProcessors();
  private final CyclicBarrier together = new CyclicBarrier(processors);
  private final ExecutorService threads =
      Executors.newFixedThreadPool(processors, Thread.ofPlatform().daemon().name("pace").factory());
  private final List<Callable<Long>> loops = new ArrayList<>();
  private volatile long sink;
  private long best = Long.MAX_VALUE;

  Pace() throws Exception {
    for (int i = 0; i < processors; i++) loops.add(this::loop);
    for (int i = 0; i < WARM_UP; i++) now(); // until the loop is compiled
    for (int i = 0; i < LOOKS; i++) {
      now();
      TimeUnit.MILLISECONDS.sleep(BETWEEN_MILLIS);
    }
  }

  private long loop() throws Exception {
    together.await();
    long start = System.nanoTime();
    long x = start | 1;
    for (int i = 0; i < STEPS; i++) {
      x ^= x << 13;
      x ^= x >>> 7;
      x ^= x << 17;
    }
    sink = x; // used, so that the loop is not left out
    return System.nanoTime() - start;
  }

  /// Nanoseconds of the loop on the slowest processor.
  long now() throws Exception {
    long slowest = 0;
    for (var loop : threads.invokeAll(loops)) slowest = Math.max(slowest, loop.get());
    best = Math.min(best, slowest);
    return slowest;
  }

  /// Whether a loop of [#now] ran on processors that nobody else used, by all that was seen so far.
  boolean undisturbed(long nanos) {
    return nanos <= DISTURBED * best;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
