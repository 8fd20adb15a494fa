package atoll.cli.bench;

import atoll.core.Deadline;
import atoll.linux.net.NamespaceDialer;
import atoll.node.network.SlotJournal;
import atoll.node.network.SlotLease;
import atoll.node.network.SlotPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Slots: claiming one from stock, building one, and building the 200th.
final class SlotBench {
  private static final int MANY = 200;

  /// The compilers are at work for the first second; what is measured then is they.
  private static final int WARM_UP = 200;

  /// A host whose speed changes from second to second is faster now at one end of a pool, now at
  /// the other.
  private static final int PASSES = 5;

  private static final int STOCK = 32;
  private static final int EDGE = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Path SLABS = Path.of("/proc/slabinfo");
  private static final int STILL_LOOKS = 30;

  private SlotBench() {}

  static List<Figure> run(int rounds) throws Exception {
    List<Double> early = new ArrayList<>();
    List<Double> late = new ArrayList<>();
    for (int i = 0; i < PASSES; i++) {
      List<Double> builds = builds(WARM_UP + MANY);
      early.addAll(builds.subList(WARM_UP, WARM_UP + EDGE));
      late.addAll(builds.subList(WARM_UP + MANY - EDGE, WARM_UP + MANY));
      awaitDissolved();
    }
    Samples first = Samples.of(early);
    Samples last = Samples.of(late);
    Samples programs = Samples.take(rounds, SlotBench::withPrograms);
    return List.of(
        Figure.atMost("claim a slot from the pool", claims(rounds).median(), "ms", 0.2, rounds),
        new Figure(
            "build a slot",
            first.median(),
            "ms",
            "the `ip` programs",
            programs.median(),
            first.count(),
            "≤ 4 ms",
            first.median() <= 4),
        Figure.ratio(
            "build the 200th slot",
            last.median(),
            "ms",
            "the first ones",
            first.median(),
            1.3,
            first.count()));
  }

  /// With one slot in stock, each claim after the first waits for the one that is being built.
  private static List<Double> builds(int count) throws Exception {
    List<Double> millis = new ArrayList<>();
    try (var anchors = Anchors.open();
        var dialer = new NamespaceDialer();
        var pool = SlotPool.open(anchors.slots(), 1, count + 1, SlotJournal.NONE, dialer)) {
      List<SlotLease> leases = new ArrayList<>();
      for (int i = 0; i < count; i++)
        millis.add(Samples.once(() -> leases.add(pool.claim(Deadline.after(PATIENCE)))));
      leases.forEach(SlotLease::close);
    }
    return millis;
  }

  /// The kernel takes seconds to dissolve the namespaces of a pool that was closed, tells nobody,
  /// and builds beside that wait for its locks: it is done when their number stands still.
  private static void awaitDissolved() throws Exception {
    var deadline = Deadline.after(PATIENCE);
    long last = -1;
    for (int still = 0; still < STILL_LOOKS && !deadline.expired(); still++) {
      long now = namespaces();
      if (now != last) still = 0;
      last = now;
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /// Network namespaces of the whole host, those under dissolution too, slabinfo(5); 0 if it does
  /// not tell.
  private static long namespaces() throws IOException {
    if (!Files.isReadable(SLABS)) return 0;
    try (var lines = Files.lines(SLABS)) {
      return lines
          .filter(line -> line.startsWith("net_namespace "))
          .mapToLong(line -> Long.parseLong(line.split(" +")[1]))
          .sum();
    }
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
