package atoll.control.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A postmaster that outlived an earlier owner. Known by its pid file: process number, start time
/// and data directory.
///
/// Only called by the holder of the home's lock, so a living one has no owner and may be stopped.
final class Leftover {
  private static final System.Logger LOG = System.getLogger(Leftover.class.getName());
  private static final Duration STOPPING = Duration.ofSeconds(20);

  /// The pid file holds whole seconds, and is written a little after the process began.
  private static final Duration START_SLACK = Duration.ofSeconds(10);

  private Leftover() {}

  static void stop(PostgresHome home) throws IOException {
    Optional<ProcessHandle> living = find(home);
    if (living.isEmpty()) return;
    LOG.log(
        System.Logger.Level.INFO,
        "stopping the database server {0,number,#} of an earlier run",
        living.get().pid());
    Signals.fastShutdown(living.get().pid());
    await(living.get());
  }

  private static void await(ProcessHandle postmaster) {
    try {
      postmaster.onExit().get(STOPPING.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      postmaster.destroyForcibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private static Optional<ProcessHandle> find(PostgresHome home) throws IOException {
    if (!Files.exists(home.pidFile())) return Optional.empty();
    List<String> lines = Files.readAllLines(home.pidFile());
    if (lines.size() < 3
        || !lines.get(0).matches("\\d{1,10}")
        || !lines.get(2).matches("\\d{1,12}")) return Optional.empty();
    Instant started = Instant.ofEpochSecond(Long.parseLong(lines.get(2)));
    return ProcessHandle.of(Long.parseLong(lines.get(0)))
        .filter(process -> startedAbout(process, started) && isServerOf(process, home.data()));
  }

  private static boolean startedAbout(ProcessHandle process, Instant started) {
    return process.info().startInstant().stream()
        .anyMatch(at -> Duration.between(at, started).abs().compareTo(START_SLACK) < 0);
  }

  private static boolean isServerOf(ProcessHandle process, Path data) {
    try {
      String line = Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
      return List.of(line.split("\0")).contains(data.toString());
    } catch (IOException ended) {
      return false;
    }
  }
}
