package atoll.cli.drill;

import atoll.doctor.Diagnosis;
import atoll.doctor.Treatment;
import atoll.doctor.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Counts of looks at sandboxes that nobody broke.
public final class Healthy {
  private final List<String> alarms = new ArrayList<>();
  private final List<Double> passive = new ArrayList<>();
  private final List<Double> active = new ArrayList<>();
  private int treated;
  private int touched;

  void add(boolean asked, Diagnosis said) {
    (asked ? active : passive).add(said.tookMs());
    if (said.verdict() != Verdict.HEALTHY)
      alarms.add(
          said.verdict().word()
              + ": "
              + (said.cause() == null
                  ? ""
                  : said.cause().failure().id() + " " + said.cause().evidence()));
  }

  void treated(Treatment.Outcome outcome) {
    treated++;
    if (!outcome.done().isEmpty() || !outcome.failed().isEmpty()) touched++;
  }

  public int looks() {
    return passive.size() + active.size();
  }

  public int asked() {
    return active.size();
  }

  public List<String> alarms() {
    return List.copyOf(alarms);
  }

  public int treatments() {
    return treated;
  }

  public int touches() {
    return touched;
  }

  public double passive(double quantile) {
    return at(passive, quantile);
  }

  public double active(double quantile) {
    return at(active, quantile);
  }

  private static double at(List<Double> of, double quantile) {
    if (of.isEmpty()) return 0;
    double[] sorted = of.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted[(int) Math.min(sorted.length - 1, Math.floor(quantile * sorted.length))];
  }
}
