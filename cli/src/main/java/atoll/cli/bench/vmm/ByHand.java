package atoll.cli.bench.vmm;

import atoll.core.Deadline;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A monitor with nothing around it, as a short script would run it: root, no jail, no group, no
/// gate, one call after the other.
abstract class ByHand implements Machine {
  private static final long LOOK_MILLIS = 2;

  private final Path namespace;
  final Path folder;
  private Process process;

  ByHand(Path namespace, Path folder) {
    this.namespace = namespace;
    this.folder = folder;
  }

  abstract List<String> words();

  abstract boolean listens();

  @Override
  public final void spawn() throws IOException {
    var words = new ArrayList<>(List.of("nsenter", "--net=" + namespace, "--"));
    words.addAll(words());
    process =
        new ProcessBuilder(words)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("said").toFile())
            .start();
  }

  final void awaitSocket(Deadline deadline) throws IOException {
    try {
      while (!listens()) {
        if (deadline.expired() || process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS))
          throw new IOException("the monitor does not listen; " + folder.resolve("said"));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public final long pid() {
    return process.pid();
  }

  @Override
  public void close() throws IOException {
    if (process == null) return;
    process.destroyForcibly();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS))
        throw new IOException("monitor " + pid() + " was killed and does not end");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
