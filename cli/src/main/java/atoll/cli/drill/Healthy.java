package atoll.cli.drill;

import atoll.doctor.Diagnosis;
import atoll.doctor.Doctor;
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
  private int wordless;
  private int explained;

  /// @param asked whether the guest was asked too
  synchronized void add(boolean asked, Doctor.Look look) {
    Diagnosis said = look.diagnosis();
    (asked ? active : passive).add(said.tookMs());
    if (asked && (look.evidence() == null || look.evidence().inside().isEmpty())) wordless++;
    if (said.verdict() == Verdict.EXPLAINED) explained++;
    else if (said.verdict() != Verdict.HEALTHY)
      alarms.add(
          said.verdict().word()
              + ": "
              + (said.cause() == null
                  ? ""
                  : said.cause().failure().id() + " " + said.cause().evidence()));
  }

  synchronized void treated(Treatment.Outcome outcome) {
    treated++;
    if (!outcome.done().isEmpty() || !outcome.failed().isEmpty()) touched++;
  }

  /// Active looks in which the guest did not speak for itself in time.
  public int wordless() {
    return wordless;
  }

  /// Said to be slow, which is no fault.
  public int explained() {
    return explained;
  }

  public int looks() {
    return passive.size() + active.size();
  }

  public int asked() {
    return active.size();
  }

  public synchronized List<String> alarms() {
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
