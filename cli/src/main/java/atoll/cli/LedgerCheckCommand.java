package atoll.cli;

import atoll.cli.report.Exit;
import atoll.core.json.Json;
import atoll.node.LedgerAudit;
import java.util.List;

/// `ledger check`.
final class LedgerCheckCommand implements Command {
  @Override
  public Syntax syntax() {
    return Syntax.of(
            "ledger check",
            "Compare the ledger of this home with the host, running or not. Exit code 1 if they differ.")
        .flag(
            "--repair",
            "Remove what the ledger does not know, strike what is gone. Running sandboxes stay.");
  }

  @Override
  public int run(Call call) throws Exception {
    long start = System.nanoTime();
    boolean repair = call.flag("--repair");
    var report = LedgerAudit.of(call.home().root(), repair);
    boolean well = report.consistent() || repair && report.healthy();
    var json =
        Json.object(
            "home", call.home().toString(),
            "nodeRuns", report.nodeRuns(),
            "entries", report.entries(),
            "consistent", report.consistent(),
            "missing", report.missing(),
            "strays", report.strays(),
            "mended", report.mended(),
            "failed", report.failed(),
            "unknownSlots", report.unknownSlots(),
            "tookMs", (System.nanoTime() - start) / 1_000_000);
    call.print(json, text(call, report));
    return well ? Exit.OK : Exit.FAILED;
  }

  private static String text(Call call, LedgerAudit.Report report) {
    var out = new StringBuilder();
    out.append("Ledger of ")
        .append(call.home())
        .append(report.nodeRuns() ? " (its node runs): " : " (no node runs): ")
        .append(report.entries())
        .append(" entries, ")
        .append(report.consistent() ? "as the host is" : "the host differs")
        .append('\n');
    lines(out, "in the ledger, not on the host", report.missing());
    lines(out, "on the host, not in the ledger", report.strays());
    lines(out, "mended", report.mended());
    lines(out, "not mended", report.failed());
    lines(out, "slots of another home, or of nobody", report.unknownSlots());
    return out.toString();
  }

  private static void lines(StringBuilder out, String title, List<String> lines) {
    if (lines.isEmpty()) return;
    out.append("  ").append(title).append(":\n");
    lines.forEach(line -> out.append("    ").append(line).append('\n'));
  }
}
