package atoll.node;

import atoll.core.Deadline;
import atoll.core.Refusal;
import atoll.linux.cgroup.Cgroups;
import atoll.node.host.KernelGroups;
import atoll.node.host.KernelInventory;
import atoll.node.host.KernelSweeper;
import atoll.node.ledger.Comparison;
import atoll.node.ledger.HostObject;
import atoll.node.ledger.Ledger;
import atoll.node.sandbox.SandboxPaths;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// Compares a home's ledger with its host, whether its node runs or not, and mends what differs.
public final class LedgerAudit {
  private static final Path ANCHORS = Path.of("/run/netns");

  /// A running node makes what it has journaled within some milliseconds; a busy host is allowed
  /// for.
  private static final Duration SETTLING = Duration.ofSeconds(2);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

  /// @param nodeRuns whether a process holds the ledger
  /// @param entries how many objects it has
  /// @param missing in the ledger, not on the host
  /// @param strays on the host, not in the ledger
  /// @param mended what a repair did
  /// @param failed what a repair could not do, with the reason
  /// @param unknownSlots namespaces named like slots that this ledger does not have: another
  ///   home's, or nobody's. No fault of this home.
  public record Report(
      boolean nodeRuns,
      int entries,
      List<String> missing,
      List<String> strays,
      List<String> mended,
      List<String> failed,
      List<String> unknownSlots) {
    /// Before a repair.
    public boolean consistent() {
      return missing.isEmpty() && strays.isEmpty();
    }

    /// After it.
    public boolean healthy() {
      return mended.size() >= missing.size() + strays.size() && failed.isEmpty();
    }
  }

  private final Path home;
  private final Path journal;
  private final KernelGroups groups;

  private LedgerAudit(Path home) {
    this.home = home;
    this.journal = home.resolve("journal");
    this.groups = groups();
  }

  private static KernelGroups groups() {
    try {
      return new KernelGroups(Cgroups.detect());
    } catch (IOException none) {
      return null;
    }
  }

  /// @param repair remove strays, and, when no node runs, strike what is missing. Sandboxes that
  ///   run stay as they are.
  public static Report of(Path home, boolean repair) {
    try {
      return new LedgerAudit(home.toAbsolutePath().normalize()).run(repair);
    } catch (IOException e) {
      throw new Refusal.Failed(
          "ledger_unreadable",
          "ledger and host cannot be compared: " + e.getMessage(),
          "run it as root",
          null,
          e);
    }
  }

  private Report run(boolean repair) throws IOException {
    boolean runs = Ledger.isHeld(journal);
    Comparison now = settled(runs);
    var mended = new ArrayList<String>();
    var failed = new ArrayList<String>();
    if (repair) {
      now.strays().forEach(stray -> remove(stray, mended, failed));
      if (!runs) strike(now.missing(), mended);
      else
        now.missing()
            .forEach(e ->
                failed.add(
                    e.object().describe()
                        + ": the running node has it in its ledger; it strikes it when its sandbox ends, or at its next start"));
    }
    return new Report(
        runs,
        now.entries(),
        now.missing().stream().map(e -> e.object().describe()).toList(),
        now.strays().stream().map(HostObject::describe).toList(),
        mended,
        failed,
        unknownSlots());
  }

  /// While a node works, what it is just making counts as missing for a moment.
  private Comparison settled(boolean runs) throws IOException {
    var host = new KernelInventory(home, groups, SandboxPaths.groupMark(home));
    Deadline deadline = Deadline.after(SETTLING);
    while (true) {
      Comparison now = Comparison.of(() -> Ledger.peek(journal), host);
      if (now.missing().isEmpty() || !runs || deadline.expired()) return now;
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
    }
  }

  private void remove(HostObject stray, List<String> mended, List<String> failed) {
    try {
      var _ = new KernelSweeper(home, groups).sweep(stray);
      mended.add("removed " + stray.describe());
    } catch (IOException | RuntimeException e) {
      failed.add(stray.describe() + ": " + e.getMessage());
    }
  }

  private void strike(List<Ledger.Entry> missing, List<String> mended) throws IOException {
    if (missing.isEmpty()) return;
    try (Ledger ledger = Ledger.open(journal)) {
      for (Ledger.Entry entry : missing) {
        ledger.close(entry);
        mended.add("struck " + entry.object().describe());
      }
    }
  }

  private List<String> unknownSlots() throws IOException {
    var ours = new HashSet<Path>();
    for (Ledger.Entry entry : Ledger.peek(journal))
      if (entry.object() instanceof HostObject.Namespace(Path anchor)) ours.add(anchor);
    return KernelInventory.slots(ANCHORS).stream()
        .filter(anchor -> !ours.contains(anchor))
        .map(Path::toString)
        .sorted()
        .toList();
  }
}
