package atoll.cli.bench;

import atoll.core.json.Json;
import java.util.Locale;

/// One measured figure beside its baseline from the same run.
///
/// @param value median of `rounds`
/// @param baseline what it is compared with, or null
/// @param baselineValue in the same unit; 0 without a baseline
/// @param must the target in words
/// @param met whether this run reached it
public record Figure(
    String name,
    double value,
    String unit,
    String baseline,
    double baselineValue,
    int rounds,
    String must,
    boolean met) {
  /// A figure with a limit of its own.
  static Figure atMost(String name, double value, String unit, double limit, int rounds) {
    return new Figure(
        name, value, unit, null, 0, rounds, "≤ " + shown(limit) + " " + unit, value <= limit);
  }

  /// A figure that is told and has no target.
  static Figure told(String name, double value, String unit, int rounds) {
    return new Figure(name, value, unit, null, 0, rounds, "", true);
  }

  /// At most `limit` times the baseline.
  public static Figure ratio(
      String name,
      double value,
      String unit,
      String baseline,
      double base,
      double limit,
      int rounds) {
    return new Figure(
        name,
        value,
        unit,
        baseline,
        base,
        rounds,
        "≤ " + shown(limit) + " × baseline",
        value <= limit * base);
  }

  /// At least `times` faster than the baseline.
  static Figure faster(
      String name,
      double value,
      String unit,
      String baseline,
      double base,
      double times,
      int rounds) {
    return new Figure(
        name,
        value,
        unit,
        baseline,
        base,
        rounds,
        "≥ " + shown(times) + " × faster",
        base >= times * value);
  }

  public Json.Obj json() {
    return Json.object(
        "name",
        name,
        "value",
        round(value),
        "unit",
        unit,
        "baseline",
        baseline,
        "baselineValue",
        baseline == null ? null : round(baselineValue),
        "ratio",
        baseline == null ? null : round(value / baselineValue),
        "rounds",
        rounds,
        "must",
        must.isEmpty() ? null : must,
        "met",
        must.isEmpty() ? null : met);
  }

  public String[] cells() {
    String base = baseline == null ? "" : baseline + ": " + shown(baselineValue) + " " + unit;
    String compared = baseline == null ? "" : compared();
    return new String[] {
      name,
      shown(value) + " " + unit,
      base,
      compared,
      must,
      must.isEmpty() ? "" : met ? "yes" : "NO",
      Integer.toString(rounds)
    };
  }

  private String compared() {
    return must.contains("faster")
        ? shown(baselineValue / value) + " × faster"
        : shown(value / baselineValue) + " ×";
  }

  private static double round(double value) {
    return Math.round(value * 1000) / 1000.0;
  }

  static String shown(double value) {
    if (value == Math.rint(value)) return Long.toString((long) value);
    return String.format(
        Locale.ROOT, Math.abs(value) < 1 ? "%.3f" : Math.abs(value) < 100 ? "%.2f" : "%.0f", value);
  }
}
