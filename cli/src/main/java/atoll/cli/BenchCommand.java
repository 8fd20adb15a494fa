package atoll.cli;

import atoll.cli.bench.Bench;
import atoll.cli.bench.Figure;
import atoll.cli.bench.Progressing;
import atoll.cli.report.CommandFailure;
import atoll.cli.report.Exit;
import atoll.cli.report.Table;
import atoll.core.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;

/// `bench`: measures, each figure beside a raw baseline of the same run.
final class BenchCommand implements Command {
  private static final String[] HEADER = {
    "FIGURE", "MEDIAN", "BASELINE", "COMPARED", "MUST", "MET", "ROUNDS"
  };

  @Override
  public Syntax syntax() {
    return Syntax.of(
            "bench",
            "Measure this machine: "
                + String.join(", ", Bench.NAMES)
                + "; all of them without a name.")
        .operands("[NAME...]", 0, Bench.NAMES.size())
        .option("--rounds", "COUNT", "Of each figure. Default: 21.")
        .option("--vmm", "KIND", "What `vmm` measures. Default: each monitor that works here.")
        .flag("--no-install", "Do not install missing Debian packages: list them and stop.")
        .option("--markdown", "FILE", "Write the table there too, as docs/benchmarks.md has it.");
  }

  @Override
  public int run(Call call) throws Exception {
    var names = call.operands().isEmpty() ? Bench.NAMES : call.operands();
    for (String name : names)
      if (!Bench.NAMES.contains(name))
        throw CommandFailure.usage("no benchmark " + name, "there are " + Bench.NAMES);
    int rounds = Math.max(1, call.number("--rounds", 21, 1000));
    var bench = new Bench(call.home(), rounds, UpCommand.vmm(call), new Notes(call));
    bench.run(names, Distribution.agentSource());
    if (call.text("--markdown") != null)
      Files.writeString(Path.of(call.text("--markdown")), markdown(bench));
    var table = new Table(HEADER);
    bench.figures().forEach(figure -> table.row((Object[]) figure.cells()));
    var json =
        Json.object(
            "conditions",
            bench.conditions(),
            "figures",
            bench.figures().stream().map(Figure::json).toList());
    call.print(json, Lines.of(bench.conditions()) + "\n" + table);
    return Exit.OK;
  }

  private static String markdown(Bench bench) {
    var out =
        new StringBuilder(
            "| Figure | Median | Baseline in the same run | Compared | Must | Met | Rounds |\n|---|---|---|---|---|---|---|\n");
    for (var figure : bench.figures())
      out.append("| ").append(String.join(" | ", figure.cells())).append(" |\n");
    out.append("\nConditions: ");
    bench
        .conditions()
        .members()
        .forEach((name, value) ->
            out.append(name)
                .append(' ')
                .append(value instanceof Json.Text(String t) ? t : value)
                .append("; "));
    return out.append('\n').toString();
  }

  private record Notes(Call call) implements Progressing {
    @Override
    public void step(String name, int round, int rounds) {
      call.note("  " + name + ": round " + (round + 1) + " of " + rounds);
    }

    @Override
    public void note(String text) {
      call.note("  " + text);
    }
  }
}
