package atoll.agent.freeze;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// Freezes the guest's workload and thaws what it froze; groups that the guest froze itself stay as
/// they are.
///
/// Safe for several threads. Nothing stays frozen for longer than ten minutes: a thread that lives
/// only while something is frozen sees to that.
final class Freezer {
  private static final int MOST_GROUPS = 8192;
  private static final long LONGEST_WAIT_MILLIS = 30_000;
  private static final long PATIENCE_SECONDS = 5;

  private final Path root;
  private final Supplier<Path> own;
  private final long watchdogNanos;
  private final ReentrantLock lock = new ReentrantLock(true);
  private final List<Path> frozen = new ArrayList<>();
  private Thread watchdog;

  /// @param root where cgroup version 2 is mounted; it need not be
  /// @param own the agent's own group, asked for at each freeze
  Freezer(Path root, Supplier<Path> own, long watchdogNanos) {
    this.root = root;
    this.own = own;
    this.watchdogNanos = watchdogNanos;
  }

  /// The agent's own group by `/proc/self/cgroup`; the root if that cannot be read.
  static Path ownGroup(Path root) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/cgroup"))) {
        if (line.startsWith("0::/")) return root.resolve(line.substring("0::/".length()));
      }
    } catch (IOException e) {
      System.getLogger(Freezer.class.getName())
          .log(System.Logger.Level.WARNING, "own control group", e);
    }
    return root;
  }

  /// Null if another freeze or thaw did not finish in time.
  Sweep freeze(String mode, int mostGroups, long waitMillis)
      throws IOException, InterruptedException {
    if (!lock.tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS)) return null;
    try {
      var sweep = new Sweep(root, own.get(), mode, Math.clamp(mostGroups, 1, MOST_GROUPS));
      frozen.addAll(sweep.run());
      watch();
      if (waitMillis > 0) sweep.await(Math.min(waitMillis, LONGEST_WAIT_MILLIS));
      return sweep;
    } finally {
      lock.unlock();
    }
  }

  /// Thaws what this froze; false if another freeze or thaw did not finish in time.
  boolean thaw() throws InterruptedException {
    if (!lock.tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS)) return false;
    try {
      for (Path group : frozen) thaw(group);
      frozen.clear();
      if (watchdog != null) watchdog.interrupt();
      watchdog = null;
      return true;
    } finally {
      lock.unlock();
    }
  }

  private static void thaw(Path group) {
    try {
      Cgroup2.freeze(group, false);
    } catch (NoSuchFileException gone) {
      System.getLogger(Freezer.class.getName())
          .log(System.Logger.Level.TRACE, "a frozen group went away", gone);
    } catch (IOException e) {
      System.getLogger(Freezer.class.getName())
          .log(System.Logger.Level.WARNING, "thawing " + group, e);
    }
  }

  private void watch() {
    if (frozen.isEmpty() || watchdog != null) return;
    watchdog = Thread.ofPlatform().daemon().name("thaw-watchdog").start(this::thawLate);
  }

  private void thawLate() {
    try {
      TimeUnit.NANOSECONDS.sleep(watchdogNanos);
    } catch (InterruptedException thawed) {
      return;
    }
    lock.lock();
    try {
      if (watchdog != Thread.currentThread()) return;
      watchdog = null;
      for (Path group : frozen) thaw(group);
      frozen.clear();
    } finally {
      lock.unlock();
    }
  }
}
