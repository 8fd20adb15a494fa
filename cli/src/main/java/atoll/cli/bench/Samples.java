package atoll.cli.bench;

import java.util.Arrays;
import java.util.List;

/// Milliseconds of repeated runs.
final class Samples {
  private final double[] millis;

  private Samples(double[] millis) {
    this.millis = millis;
    Arrays.sort(this.millis);
  }

  /// A piece of work to be timed.
  @FunctionalInterface
  interface Work {
    void run() throws Exception;
  }

  static Samples of(double... millis) {
    return new Samples(millis.clone());
  }

  static Samples of(List<Double> millis) {
    return new Samples(millis.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /// Times `rounds` runs, one after the other.
  static Samples take(int rounds, Work work) throws Exception {
    var millis = new double[rounds];
    for (int i = 0; i < rounds; i++) millis[i] = once(work);
    return new Samples(millis);
  }

  static double once(Work work) throws Exception {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e6;
  }

  double median() {
    return millis[millis.length / 2];
  }

  double most() {
    return millis[millis.length - 1];
  }

  int count() {
    return millis.length;
  }
}
