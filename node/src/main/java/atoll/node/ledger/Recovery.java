package atoll.node.ledger;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Takes away what an earlier node process left behind, and says what that was.
///
/// Monitors go first, since nothing else can go while they hold it; the newest object of a kind
/// goes before the oldest. Safe to run again after a crash at any line of it.
public final class Recovery {
  /// What one recovery did.
  ///
  /// @param removed what was found and taken away, in that order
  /// @param failed what is still there, with the reason; it stays in the ledger
  public record Report(List<String> removed, List<String> failed) {
    public Report {
      removed = List.copyOf(removed);
      failed = List.copyOf(failed);
    }
  }

  private final Ledger ledger;
  private final Sweeper sweeper;
  private final List<String> removed = new ArrayList<>();
  private final List<String> failed = new ArrayList<>();

  private Recovery(Ledger ledger, Sweeper sweeper) {
    this.ledger = ledger;
    this.sweeper = sweeper;
  }

  /// Sweeps everything in [Ledger#left()].
  public static Report run(Ledger ledger, Sweeper sweeper) {
    return run(ledger, ledger.left(), sweeper);
  }

  /// Sweeps these entries of the ledger, whoever made them.
  public static Report run(Ledger ledger, List<Ledger.Entry> entries, Sweeper sweeper) {
    var recovery = new Recovery(ledger, sweeper);
    var order =
        Comparator.comparingInt((Ledger.Entry e) -> rank(e.object()))
            .thenComparingLong(e -> -e.number());
    entries.stream().sorted(order).forEach(recovery::take);
    return new Report(recovery.removed, recovery.failed);
  }

  private void take(Ledger.Entry entry) {
    String what = entry.object().describe();
    try {
      if (sweeper.sweep(entry.object())) removed.add(what);
      ledger.close(entry);
    } catch (IOException | RuntimeException e) {
      failed.add(what + ": " + e.getMessage());
    }
  }

  private static int rank(HostObject object) {
    return switch (object) {
      case HostObject.Tenancy _ -> 0; // first: without it nobody takes a half-swept sandbox over
      case HostObject.Monitor _ -> 1;
      case HostObject.Group _ -> 2;
      case HostObject.Port _ -> 3; // before the number of its namespace can be another's
      case HostObject.Namespace _ -> 4;
      case HostObject.WayOut _, HostObject.Bridge _ -> 5;
      case HostObject.PlainFile _ -> 6;
      case HostObject.Directory _ -> 7;
    };
  }
}
