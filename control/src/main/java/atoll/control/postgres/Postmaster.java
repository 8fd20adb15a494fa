package atoll.control.postgres;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// One run of the database server, from spawn to reaped.
///
/// - **Owner** the thread that calls [#start], which must live as long as the server: the kernel
///   ends the server with it.
/// - **Threads** [#stop] may be called from any thread.
final class Postmaster {
  private static final String READY = "database system is ready to accept connections";
  private static final System.Logger LOG = System.getLogger(Postmaster.class.getName());

  private final Process process;
  private final ServerLog log;

  private Postmaster(Process process, ServerLog log) {
    this.process = process;
    this.log = log;
  }

  static Postmaster start(Cluster cluster, ServerLog log) throws IOException {
    var builder = Tool.builder(cluster.serverCommand());
    return new Postmaster(builder.start(), log);
  }

  long pid() {
    return process.pid();
  }

  /// Reads what the server prints until it has ended, with all its children; returns its exit code.
  int watch(Runnable ready) throws IOException, InterruptedException {
    process.getOutputStream().close();
    try (var lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        log.add(line);
        LOG.log(System.Logger.Level.DEBUG, "{0}", line);
        if (line.contains(READY)) ready.run();
      }
    }
    return process.waitFor();
  }

  /// Ends the sessions, flushes, exits; killed if that takes longer than `limit`. Quiet if it has
  /// ended.
  void stop(Duration limit) throws IOException, InterruptedException {
    if (!process.isAlive()) return;
    Signals.fastShutdown(process.pid());
    if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) process.destroyForcibly();
  }
}
