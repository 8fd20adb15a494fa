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

  /// Four chains side by side keep a whole core busy: a single one would leave room for a
  /// neighbour, and not feel it.
  private long loop() throws Exception {
    together.await();
    long start = System.nanoTime();
    long a = start | 1;
    long b = ~a;
    long c = a << 1;
    long d = b << 1 | 1;
    for (int i = 0; i < STEPS; i++) {
      a ^= a << 13;
      b ^= b << 13;
      c ^= c << 13;
      d ^= d << 13;
      a ^= a >>> 7;
      b ^= b >>> 7;
      c ^= c >>> 7;
      d ^= d >>> 7;
      a ^= a << 17;
      b ^= b << 17;
      c ^= c << 17;
      d ^= d << 17;
    }
    sink = a + b + c + d; // used, so that the loop is not left out
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
