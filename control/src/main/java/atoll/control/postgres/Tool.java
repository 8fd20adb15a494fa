package atoll.control.postgres;

import atoll.core.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Runs one short-lived program to its end, with a clean environment and a deadline.
final class Tool {
  /// Plenty for an error text; more output than this is cut.
  private static final int MOST_OUTPUT = 64 << 10;

  private Tool() {}

  static ProcessBuilder builder(List<String> command) {
    var builder =
        new ProcessBuilder(command).directory(Path.of("/").toFile()).redirectErrorStream(true);
    builder.environment().clear();
    builder
        .environment()
        .put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    builder.environment().put("LC_ALL", "C");
    return builder;
  }

  /// Feeds `input` (may be null) and returns what the program printed; throws if it failed or took
  /// longer than `limit`.
  static String run(List<String> command, InputStream input, Duration limit) throws IOException {
    Process process = start(command);
    try {
      return finish(process, command.getFirst(), input, Deadline.after(limit));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while " + command.getFirst() + " ran", e);
    } finally {
      process.destroyForcibly();
    }
  }

  private static Process start(List<String> command) throws IOException {
    try {
      return builder(command).start();
    } catch (IOException e) {
      throw new PostgresException(
          "cannot run " + command.getFirst() + ": " + e.getMessage(),
          "install it: apt-get install util-linux tar",
          e);
    }
  }

  private static String finish(Process process, String name, InputStream input, Deadline deadline)
      throws IOException, InterruptedException {
    var output = new StringBuffer();
    Thread reader = Thread.ofVirtual().start(() -> output.append(read(process.getInputStream())));
    feed(process, input);
    boolean ended = process.waitFor(deadline.leftMillis(), TimeUnit.MILLISECONDS);
    if (!ended) process.destroyForcibly();
    reader.join(Duration.ofSeconds(5));
    if (ended && process.exitValue() == 0) return output.toString();
    String how = ended ? "exited with " + process.exitValue() : "did not end in time";
    throw new PostgresException(name + " " + how + ": " + output.toString().strip(), null, null);
  }

  private static void feed(Process process, InputStream input) throws IOException {
    try (var stdin = process.getOutputStream()) {
      if (input != null) input.transferTo(stdin);
    }
  }

  private static String read(InputStream stream) {
    try (stream) {
      String kept = new String(stream.readNBytes(MOST_OUTPUT), StandardCharsets.UTF_8);
      stream.transferTo(java.io.OutputStream.nullOutputStream());
      return kept;
    } catch (IOException e) {
      return "(its output could not be read: " + e.getMessage() + ")";
    }
  }
}
