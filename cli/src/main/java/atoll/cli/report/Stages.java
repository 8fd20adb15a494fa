package atoll.cli.report;

import atoll.core.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The stages of one start as `{"stage","ms"}` rows, and as a table with bars.
public record Stages(List<Stage> stages) {
  private static final int BAR = 40;

  /// @param ms time spent in this stage alone
  public record Stage(String stage, double ms) {}

  public Stages {
    stages = List.copyOf(stages);
  }

  /// Reads the `timeline` member of an inspection.
  public static Stages of(Json.Obj inspection) {
    var stages = new ArrayList<Stage>();
    for (Json item : inspection.items("timeline")) {
      if (!(item instanceof Json.Obj row)) continue;
      double ms = row.get("ms").map(v -> v instanceof Json.Num n ? n.asDouble() : 0.0).orElse(0.0);
      stages.add(new Stage(row.text("stage").orElse("?"), ms));
    }
    return new Stages(stages);
  }

  public Stages with(String stage, double ms) {
    var more = new ArrayList<>(stages);
    more.add(new Stage(stage, ms));
    return new Stages(more);
  }

  public double totalMs() {
    return stages.stream().mapToDouble(Stage::ms).sum();
  }

  public Json json() {
    return Json.of(
        stages.stream().map(s -> Json.object("stage", s.stage(), "ms", round(s.ms()))).toList());
  }

  public String table() {
    var table = new Table("STAGE", "MS", "");
    double longest = stages.stream().mapToDouble(Stage::ms).max().orElse(1);
    for (var s : stages)
      table.row(
          s.stage(),
          aligned(s.ms()),
          "▇".repeat((int) Math.round(BAR * s.ms() / Math.max(longest, 0.001))));
    return table.row("total", aligned(totalMs()), "").toString();
  }

  /// Hundredths of a millisecond are the finest that is worth reading.
  public static double round(double ms) {
    return Math.round(ms * 100) / 100.0;
  }

  private static String aligned(double ms) {
    return String.format(Locale.ROOT, "%9.2f", ms);
  }
}
