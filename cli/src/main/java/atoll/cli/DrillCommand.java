package atoll.cli;

import atoll.cli.client.ControlClient;
import atoll.cli.drill.DrillReport;
import atoll.cli.drill.Matrix;
import atoll.cli.report.Exit;
import atoll.core.Deadline;
import atoll.core.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;

/// `fault drill`: breaks sandboxes of a running Atoll in every known way, and counts how often the
/// doctor names the cause.
final class DrillCommand implements Command {
  private static final int MOST = 1_000_000;

  @Override
  public Syntax syntax() {
    return Syntax.of(
            "fault drill",
            "Inject every fault and hold the doctor's words against it (needs ATOLL_FAULTS=on).")
        .flag("--short", "A dozen faults that are taken back, no pairs: under two minutes.")
        .flag("--no-singles", "Leave the single faults out.")
        .option("--pairs", "COUNT", "Pairs of faults. Default: 200, none with --short.")
        .option("--looks", "COUNT", "Looks at a healthy sandbox. Default: 10000, 120 with --short.")
        .option("--beside", "COUNT", "Pairs and looks that run side by side. Default: 3.")
        .option("--seed", "NUMBER", "Of the pairs. Default: 1.")
        .option("--minutes", "COUNT", "Begin nothing new after that long. Default: 120.")
        .option("--page", "FILE", "Write the report there as a page.");
  }

  @Override
  public int run(Call call) throws Exception {
    FaultCommand.requireEnabled();
    var whole = Deadline.after(Duration.ofMinutes(call.number("--minutes", 120, 10_000)));
    boolean brief = call.flag("--short");
    try (var matrix =
        new Matrix(call.home().root(), ControlClient.open(call.home()), whole, call::note)) {
      int pairs = call.number("--pairs", brief ? 0 : 200, MOST);
      int looks = call.number("--looks", brief ? 120 : 10_000, MOST);
      int beside = Math.max(1, call.number("--beside", 3, 16));
      int singles = call.flag("--no-singles") ? 0 : matrix.runSingles(!brief);
      matrix.runPairs(pairs, call.number("--seed", 1, MOST), beside);
      matrix.runHealthy(looks, beside);
      return tell(call, new DrillReport(matrix, new DrillReport.Wanted(singles, pairs, looks)));
    }
  }

  private static int tell(Call call, DrillReport report) throws Exception {
    if (call.text("--page") != null)
      Files.writeString(Path.of(call.text("--page")), report.markdown(conditions()));
    var text = new StringBuilder();
    report.figures().forEach(f -> text.append(f).append('\n'));
    call.print(
        Json.object("figures", report.figures().stream().map(DrillReport.Figure::json).toList()),
        text.toString());
    boolean met = report.figures().stream().allMatch(DrillReport.Figure::met);
    return met ? Exit.OK : Exit.FAILED;
  }

  private static String conditions() throws java.io.IOException {
    String load = Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0];
    return "On "
        + LocalDate.now()
        + ", "
        + Runtime.getRuntime().availableProcessors()
        + " processors, load "
        + load
        + " at the end; guests under software emulation unless `atoll status` says KVM.";
  }
}
