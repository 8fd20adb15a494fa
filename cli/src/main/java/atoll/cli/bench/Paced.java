package atoll.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/// Samples of which is known how fast the processors were around each.
final class Paced {
  /// Of a host that is busy all the time, so many times the wanted ones are taken.
  private static final int MOST = 10;

  private final Pace pace;
  private final List<Sample> samples = new ArrayList<>();

  /// @param pace nanoseconds of the slower of the loops before and after it
  private record Sample(double millis, long pace) {}

  private Paced(Pace pace) {
    this.pace = pace;
  }

  /// Takes `rounds` samples, and more until as many were undisturbed, within bounds.
  static Paced take(Pace pace, int rounds, Callable<Double> once) throws Exception {
    var paced = new Paced(pace);
    for (int i = 0; i < MOST * rounds && paced.undisturbedCount() < rounds; i++) paced.add(once);
    return paced;
  }

  /// Takes as many samples as said.
  static Paced exactly(Pace pace, int count, Callable<Double> once) throws Exception {
    var paced = new Paced(pace);
    for (int i = 0; i < count; i++) paced.add(once);
    return paced;
  }

  private void add(Callable<Double> once) throws Exception {
    long before = pace.now();
    double millis = once.call();
    samples.add(new Sample(millis, Math.max(before, pace.now())));
  }

  /// Of a part of them, in the order in which they were taken.
  Samples part(int from, int to) {
    return Samples.of(samples.subList(from, to).stream().map(Sample::millis).toList());
  }

  private long undisturbedCount() {
    return samples.stream().filter(s -> pace.undisturbed(s.pace)).count();
  }

  private Samples all() {
    return Samples.of(samples.stream().mapToDouble(Sample::millis).toArray());
  }

  /// All of them if none was undisturbed.
  private Samples undisturbed() {
    double[] millis =
        samples.stream()
            .filter(s -> pace.undisturbed(s.pace))
            .mapToDouble(Sample::millis)
            .toArray();
    return millis.length == 0 ? all() : Samples.of(millis);
  }

  /// The figure, by the samples on undisturbed processors, and for comparison that of all.
  List<Figure> atMost(String name, double limit) {
    Samples good = undisturbed();
    Samples all = all();
    if (good.count() == all.count())
      return List.of(Figure.atMost(name, all.median(), "ms", limit, all.count()));
    return List.of(
        Figure.atMost(name + ", processors undisturbed", good.median(), "ms", limit, good.count()),
        Figure.told(name + ", disturbed ones too", all.median(), "ms", all.count()));
  }
}
