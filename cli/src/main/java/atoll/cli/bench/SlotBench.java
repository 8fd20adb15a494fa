package atoll.cli.bench;

import atoll.core.Deadline;
import atoll.linux.net.NamespaceDialer;
import atoll.node.network.SlotJournal;
import atoll.node.network.SlotLease;
import atoll.node.network.SlotPool;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Slots: claiming one from stock, building one, and building the 200th.
final class SlotBench {
  private static final int MANY = 200;

  /// The compilers are at work for the first second; what is measured then is they.
  private static final int WARM_UP = 200;

  private static final int STOCK = 32;
  private static final int EDGE = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private SlotBench() {}

  static List<Figure> run(int rounds) throws Exception {
    double[] builds = builds(WARM_UP + MANY);
    Samples first = Samples.of(Arrays.copyOfRange(builds, WARM_UP, WARM_UP + EDGE));
    Samples last = Samples.of(Arrays.copyOfRange(builds, WARM_UP + MANY - EDGE, WARM_UP + MANY));
    Samples programs = Samples.take(rounds, SlotBench::withPrograms);
    return List.of(
        Figure.atMost("claim a slot from the pool", claims(rounds).median(), "ms", 0.2, rounds),
        new Figure(
            "build a slot",
            first.median(),
            "ms",
            "the `ip` programs",
            programs.median(),
            EDGE,
            "≤ 4 ms",
            first.median() <= 4),
        Figure.ratio(
            "build the 200th slot",
            last.median(),
            "ms",
            "the first ones",
            first.median(),
            1.3,
            EDGE));
  }

  /// All in one pool: the kernel takes seconds to dissolve the namespaces of a pool that was
  /// closed, and builds beside that wait for its locks.
  ///
  /// With one slot in stock, each claim after the first waits for the one that is being built.
  private static double[] builds(int count) throws Exception {
    var millis = new double[count];
    try (var anchors = Anchors.open();
        var dialer = new NamespaceDialer();
        var pool = SlotPool.open(anchors.slots(), 1, count + 1, SlotJournal.NONE, dialer)) {
      List<SlotLease> leases = new ArrayList<>();
      for (int i = 0; i < count; i++)
        millis[i] = Samples.once(() -> leases.add(pool.claim(Deadline.after(PATIENCE))));
      leases.forEach(SlotLease::close);
    }
    return millis;
  }

  private static Samples claims(int rounds) throws Exception {
    try (var anchors = Anchors.open();
        var dialer = new NamespaceDialer();
        var pool = SlotPool.open(anchors.slots(), STOCK, MANY, SlotJournal.NONE, dialer)) {
      var millis = new double[rounds];
      for (int i = 0; i < rounds; i++) {
        awaitStock(pool);
        long start = System.nanoTime();
        var lease = pool.claim(Deadline.after(PATIENCE));
        millis[i] = (System.nanoTime() - start) / 1e6;
        lease.close();
      }
      return Samples.of(millis);
    }
  }

  private static void awaitStock(SlotPool pool) throws IOException, InterruptedException {
    var deadline = Deadline.after(PATIENCE);
    while (pool.ready() < STOCK) {
      if (deadline.expired()) throw new IOException("the pool was not filled in time");
      TimeUnit.MILLISECONDS.sleep(
          5); // the pool tells nobody but claimers; outside what is measured
    }
  }

  private static void withPrograms() throws Exception {
    String name = "atoll-bench-ip";
    try {
      program("ip", "netns", "add", name);
      program("ip", "-n", name, "link", "set", "lo", "up");
      program("ip", "-n", name, "tuntap", "add", "tap0", "mode", "tap");
      program("ip", "-n", name, "link", "set", "tap0", "address", "02:FC:00:00:00:06");
      program("ip", "-n", name, "addr", "add", "169.254.0.22/30", "dev", "tap0");
      program("ip", "-n", name, "link", "set", "tap0", "up");
    } finally {
      program("ip", "netns", "del", name);
    }
  }

  private static void program(String... words) throws Exception {
    var process = new ProcessBuilder(words).inheritIO().start();
    if (!process.waitFor(10, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IOException(String.join(" ", words) + " failed");
    }
  }
}
