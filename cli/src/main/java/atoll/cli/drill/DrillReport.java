package atoll.cli.drill;

import atoll.core.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What a run of the doctor's [Matrix] came to: as figures, and as the page docs/doctor-matrix.md.
public final class DrillReport {
  /// One number, what it should be, and of how many trials.
  public record Figure(
      String name, double value, String unit, int rounds, String must, boolean met) {
    public Json json() {
      return Json.object(
          "name",
          name,
          "value",
          Math.round(value * 10) / 10.0,
          "unit",
          unit,
          "of",
          rounds,
          "must",
          must,
          "met",
          met);
    }

    @Override
    public String toString() {
      return name
          + ": "
          + shown()
          + " of "
          + rounds
          + ", must be "
          + must
          + ": "
          + (met ? "met" : "MISSED");
    }

    /// With its unit; without one it is a count.
    String shown() {
      return unit.isEmpty()
          ? Long.toString(Math.round(value))
          : String.format(Locale.ROOT, "%.1f %s", value, unit);
    }

    private static Figure atMost(String name, double value, String unit, double limit, int rounds) {
      return new Figure(
          name, value, unit, rounds, "≤ " + Math.round(limit) + " " + unit, value <= limit);
    }
  }

  private final Matrix matrix;
  private final Wanted wanted;

  /// How many of each a whole run has.
  public record Wanted(int singles, int pairs, int looks) {}

  public DrillReport(Matrix matrix, Wanted wanted) {
    this.matrix = matrix;
    this.wanted = wanted;
  }

  public List<Figure> figures() {
    var out = new ArrayList<Figure>();
    broken(out);
    healthy(out);
    if (slowest() > 0)
      out.add(
          Figure.atMost(
              "doctor: slowest look at a broken one",
              slowest(),
              "ms",
              1500,
              matrix.singles().size()));
    return out;
  }

  private void broken(List<Figure> out) {
    carriedOut(out, "doctor: faults alone carried out", matrix.singles(), wanted.singles());
    share(out, "doctor: faults alone whose cause is named first", matrix.singles(), 98);
    carriedOut(out, "doctor: pairs carried out", matrix.pairs(), wanted.pairs());
    share(out, "doctor: pairs of faults of which one is named first", matrix.pairs(), 90);
    List<Trial> fixable = matrix.singles().stream().filter(t -> t.repaired() != null).toList();
    if (fixable.isEmpty()) return;
    double mended = 100.0 * fixable.stream().filter(Trial::repaired).count() / fixable.size();
    out.add(
        new Figure(
            "doctor: repairable faults repaired",
            mended,
            "%",
            fixable.size(),
            "≥ 80 %",
            mended >= 80));
  }

  private void healthy(List<Figure> out) {
    Healthy h = matrix.healthy();
    int looks = h.looks();
    if (wanted.looks() > 0)
      out.add(
          new Figure(
              "doctor: looks at healthy sandboxes",
              looks,
              "",
              looks,
              "≥ " + wanted.looks(),
              looks >= wanted.looks()));
    if (looks == 0) return;
    out.add(none("doctor: false alarms", h.alarms().size(), looks));
    out.add(
        Figure.atMost(
            "doctor: healthy looks said to be slow (explained)",
            100.0 * h.explained() / looks,
            "%",
            5,
            looks));
    out.add(
        Figure.atMost(
            "doctor: active looks in which the guest did not speak for itself",
            100.0 * h.wordless() / Math.max(1, h.asked()),
            "%",
            1,
            h.asked()));
    out.add(none("doctor: healthy sandboxes changed by --fix", h.touches(), h.treatments()));
    out.add(Figure.atMost("doctor: passive look", h.passive(0.5), "ms", 300, looks - h.asked()));
    out.add(Figure.atMost("doctor: active look, healthy", h.active(0.5), "ms", 1500, h.asked()));
  }

  /// A run that broke off half way must not look like one that met its figures.
  private static void carriedOut(List<Figure> out, String name, List<Trial> trials, int wanted) {
    if (wanted == 0) return;
    int done = (int) trials.stream().filter(Trial::carriedOut).count();
    out.add(new Figure(name, done, "", trials.size(), "≥ " + wanted, done >= wanted));
  }

  private double slowest() {
    return matrix.singles().stream().mapToDouble(Trial::tookMs).max().orElse(0);
  }

  private static void share(List<Figure> out, String name, List<Trial> trials, int least) {
    List<Trial> done = trials.stream().filter(Trial::carriedOut).toList();
    if (done.isEmpty()) return;
    double hits = 100.0 * done.stream().filter(Trial::hit).count() / done.size();
    out.add(new Figure(name, hits, "%", done.size(), "≥ " + least + " %", hits >= least));
  }

  private static Figure none(String name, int count, int rounds) {
    return new Figure(name, count, "", rounds, "0", count == 0);
  }

  public String markdown(String conditions) {
    var out = new StringBuilder("# The doctor against real faults\n\n");
    out.append("Made by `ATOLL_FAULTS=on ./atoll fault drill --page FILE`. ")
        .append(conditions)
        .append("\n\n");
    out.append("| Figure | Value | Must | Met | Of |\n|---|---|---|---|---|\n");
    for (Figure f : figures())
      out.append(
          String.format(
              "| %s | %s | %s | %s | %d |%n",
              f.name(), f.shown(), f.must(), f.met() ? "yes" : "**no**", f.rounds()));
    table(out, "## Faults alone", matrix.singles(), true);
    out.append("\n## Pairs that were missed, or could not be made\n\n");
    matrix.pairs().stream()
        .filter(t -> !t.hit())
        .forEach(t -> out.append("- ").append(line(t)).append('\n'));
    if (!matrix.healthy().alarms().isEmpty()) {
      out.append("\n## False alarms\n\n");
      matrix.healthy().alarms().stream()
          .limit(50)
          .forEach(a -> out.append("- ").append(a).append('\n'));
    }
    return out.toString();
  }

  private static void table(StringBuilder out, String title, List<Trial> trials, boolean repairs) {
    out.append('\n')
        .append(title)
        .append("\n\n| Fault | Named first | Look | Repaired |\n|---|---|---|---|\n");
    for (Trial t : trials) {
      String repaired = t.repaired() == null ? "–" : t.repaired() ? "yes" : "**no**";
      String named = t.carriedOut() ? (t.hit() ? "it" : "**" + t.named() + "**") : t.note();
      out.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %.0f ms | %s |%n",
              t.faults().getFirst(),
              named,
              t.tookMs(),
              repaired));
    }
  }

  private static String line(Trial t) {
    return String.join(" + ", t.faults())
        + ": "
        + (t.carriedOut() ? "said " + t.named() : t.note());
  }
}
