package atoll.cli.drill;

import atoll.cli.client.ControlClient;
import atoll.core.Deadline;
import atoll.doctor.Doctor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/// Wards side by side, each with a thread and sandboxes of its own: they share the host and nothing
/// else.
final class Wards {
  private static final int MOST_FAILED = 5;

  private final ControlClient control;
  private final Doctor doctor;
  private final Deadline whole;
  private final Consumer<String> progress;

  Wards(ControlClient control, Doctor doctor, Deadline whole, Consumer<String> progress) {
    this.progress = progress;
    this.control = control;
    this.doctor = doctor;
    this.whole = whole;
  }

  /// What is done with one piece of work at one ward.
  @FunctionalInterface
  interface Job<T> {
    void run(Ward ward, T piece) throws IOException;
  }

  /// Returns when all work is done, or the time is over. A piece that fails is told and left out,
  /// so that one sandbox that could not be made does not end an hour's work; many do.
  <T> void share(int wards, List<T> work, Job<T> job) throws IOException {
    var left = new ConcurrentLinkedQueue<>(work);
    var factory = Thread.ofPlatform().name("ward-", 1).factory();
    try (var threads = Executors.newFixedThreadPool(wards, factory)) {
      var rounds = new ArrayList<Future<?>>();
      for (int i = 0; i < wards; i++) rounds.add(threads.submit(() -> round(left, job)));
      for (Future<?> round : rounds) await(round);
    }
  }

  private <T> Void round(ConcurrentLinkedQueue<T> left, Job<T> job) throws IOException {
    try (var ward = new Ward(control, doctor)) {
      int failed = 0;
      for (T piece = left.poll(); piece != null && !whole.expired(); piece = left.poll()) {
        try {
          job.run(ward, piece);
        } catch (IOException e) {
          if (++failed > MOST_FAILED) throw e;
          progress.accept("left out: " + e.getMessage());
          ward.forget();
        }
      }
      return null;
    } catch (IOException | RuntimeException e) {
      left.clear(); // the others end with what they have at hand
      throw e;
    }
  }

  private static void await(Future<?> round) throws IOException {
    try {
      round.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the drill was interrupted", e);
    } catch (ExecutionException e) {
      throw new IOException("a ward gave up: " + e.getCause().getMessage(), e.getCause());
    }
  }
}
