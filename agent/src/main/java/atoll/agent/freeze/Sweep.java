package atoll.agent.freeze;

import atoll.core.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// One freezing of control groups, and what came of it. For one thread.
final class Sweep {
  /// The workload's two groups; the relays' group stays awake.
  static final String LEGACY = "legacy";

  /// Everything but the agent and what a guest needs to stay reachable.
  static final String HIERARCHY = "hierarchy";

  private static final List<String> WORKLOAD = List.of("user", "ptys");
  private static final Set<String> AWAKE =
      Set.of(
          "init.scope",
          "socats",
          "system.slice/systemd-journald.service",
          "system.slice/rpcbind.service",
          "system.slice/rpcbind.socket",
          "system.slice/rpc-statd.service");
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private final Path root;
  private final Path own;
  private final String mode;
  private final int most;
  private final List<Path> asked = new ArrayList<>();
  private int visited;
  private int awake;
  private int preFrozen;
  private int failed;
  private int unobservable;
  private boolean truncated;
  private long sweepMillis;
  private long waitMillis;
  private int frozen;

  /// @param own the agent's group, which with its ancestors is never frozen
  /// @param most groups to look at
  Sweep(Path root, Path own, String mode, int most) {
    this.root = root;
    this.own = own;
    this.mode = mode;
    this.most = most;
  }

  /// Asks the kernel to freeze; the groups that it took the request for.
  List<Path> run() throws IOException {
    long start = System.nanoTime();
    if (mode.equals(HIERARCHY)) walk(root);
    else for (String name : WORKLOAD) visit(root.resolve(name));
    sweepMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    return List.copyOf(asked);
  }

  private void walk(Path group) throws IOException {
    for (Path child : Cgroup2.children(group)) {
      if (visited >= most) {
        truncated = true;
        return;
      }
      if (AWAKE.contains(root.relativize(child).toString())) {
        visited++;
        awake++;
      } else if (holdsWhatStays(child)) {
        visited++;
        walk(child);
      } else {
        visit(child);
      }
    }
  }

  private boolean holdsWhatStays(Path group) {
    if (own.startsWith(group)) return true;
    String prefix = root.relativize(group) + "/";
    return AWAKE.stream().anyMatch(name -> name.startsWith(prefix));
  }

  private void visit(Path group) {
    visited++;
    if (!Cgroup2.freezable(group)) {
      if (!mode.equals(HIERARCHY) || Files.exists(group)) unobservable++;
      return;
    }
    try {
      if (Cgroup2.asked(group)) {
        preFrozen++;
        return;
      }
      Cgroup2.freeze(group, true);
      asked.add(group);
    } catch (IOException e) {
      failed++;
      System.getLogger(Sweep.class.getName())
          .log(System.Logger.Level.WARNING, "freezing " + group, e);
    }
  }

  /// Waits until all have stopped, or the time is up.
  void await(long millis) throws InterruptedException {
    long start = System.nanoTime();
    long end = start + TimeUnit.MILLISECONDS.toNanos(millis);
    while (!allFrozen() && System.nanoTime() < end) TimeUnit.NANOSECONDS.sleep(POLL_NANOS);
    waitMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
  }

  private boolean allFrozen() {
    frozen = 0;
    for (Path group : asked) if (isFrozen(group)) frozen++;
    return frozen == asked.size();
  }

  private static boolean isFrozen(Path group) {
    try {
      return Cgroup2.frozen(group);
    } catch (IOException gone) {
      return true; // a group that was removed runs nothing
    }
  }

  Json report() {
    return Json.object(
        "mode", mode,
        "visited", visited,
        "allowlisted", awake,
        "truncated", truncated,
        "preFrozen", preFrozen,
        "requested", asked.size(),
        "frozen", frozen,
        "notFrozen", asked.size() - frozen,
        "failed", failed,
        "unobservable", unobservable,
        "sweepMs", sweepMillis,
        "waitMs", waitMillis);
  }
}
