package atoll.template;

import atoll.core.Progress;
import java.io.IOException;

/// Reports steps that follow one another, each with its time.
record Steps(Progress progress) {
  /// One step's work.
  @FunctionalInterface
  interface Work<T> {
    T run() throws IOException;
  }

  <T> T run(String name, String text, Work<T> work) throws IOException {
    long start = System.nanoTime();
    progress.step(name, text, -1);
    T result = work.run();
    progress.done(name, (System.nanoTime() - start) / 1_000_000);
    return result;
  }
}
