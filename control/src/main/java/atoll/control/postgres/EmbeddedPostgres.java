package atoll.control.postgres;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A PostgreSQL 18 server of our own beside this process, its data kept in `<home>/postgres`.
///
/// - **Owner** whoever opened it; [#close()] ends it by a fast shutdown and may be repeated. If
///   this process is killed the kernel ends the server, and if even that fails the next start stops
///   what was left.
/// - **States** starting, ready, and after a crash of the server starting again; gives up after 20
///   failed starts in a row.
/// - **Threads** one platform thread owns the server process. Every method is safe anywhere.
/// - **Fails** with [PostgresException], whose message holds the server's last lines.
public final class EmbeddedPostgres implements AutoCloseable {
  private static final Duration FIRST_START = Duration.ofSeconds(60);
  private static final Duration STOPPING = Duration.ofSeconds(20);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final int MOST_FAILURES = 20;
  private static final System.Logger LOG = System.getLogger(EmbeddedPostgres.class.getName());

  private final Cluster cluster;
  private final HomeLock lock;
  private final ServerLog log = new ServerLog();
  private final CompletableFuture<Void> firstReady = new CompletableFuture<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread owner;
  private volatile Postmaster running;
  private int failures; // owner thread only

  private EmbeddedPostgres(Cluster cluster, HomeLock lock) {
    this.cluster = cluster;
    this.lock = lock;
    this.owner = Thread.ofPlatform().name("postgres").daemon().unstarted(this::keepRunning);
  }

  /// Unpacks, makes the cluster if there is none, starts it, and returns when it takes connections.
  public static EmbeddedPostgres open(Path home) {
    try {
      ServiceUser user = ServiceUser.choose();
      PostgresHome paths = PostgresHome.in(home);
      paths.prepare(user);
      HomeLock lock = HomeLock.take(paths.lock());
      try {
        Leftover.stop(paths);
        return started(new EmbeddedPostgres(Cluster.open(paths, Binaries.in(home), user), lock));
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw new PostgresException(
          "the embedded database could not be set up: " + e.getMessage(), null, e);
    }
  }

  private static EmbeddedPostgres started(EmbeddedPostgres server) throws IOException {
    server.owner.start();
    try {
      server.firstReady.get(FIRST_START.toMillis(), TimeUnit.MILLISECONDS);
      return server;
    } catch (ExecutionException | TimeoutException e) {
      server.close();
      throw new PostgresException(
          "the embedded database did not start; it said:\n" + server.log.tail(), null, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      server.close();
      throw new PostgresException("interrupted while the embedded database started", null, e);
    }
  }

  public DatabaseAddress address() {
    return cluster.address();
  }

  /// Process number of the running server, or 0 while there is none.
  public long pid() {
    Postmaster now = running;
    return now == null ? 0 : now.pid();
  }

  private void keepRunning() {
    try {
      while (!isClosing()) {
        runOnce();
        if (isClosing() || !mayTryAgain()) return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      firstReady.completeExceptionally(new IllegalStateException("the server ended"));
    }
  }

  private void runOnce() throws InterruptedException {
    try {
      running = Postmaster.start(cluster, log);
      if (isClosing())
        running.stop(STOPPING); // close() may have looked before there was anything to stop
      int code = running.watch(this::ready);
      if (!isClosing())
        LOG.log(System.Logger.Level.WARNING, "the database server ended with code {0}", code);
    } catch (IOException e) {
      log.add(String.valueOf(e.getMessage()));
      LOG.log(System.Logger.Level.WARNING, "the database server could not be run", e);
    } finally {
      running = null;
    }
  }

  private void ready() {
    failures = 0;
    if (!firstReady.complete(null))
      LOG.log(System.Logger.Level.INFO, "the database server is back");
  }

  /// Waits a little longer after each failure. A first start that fails is not repeated: its caller
  /// hears of it.
  private boolean mayTryAgain() throws InterruptedException {
    if (!firstReady.isDone()) return false;
    if (++failures > MOST_FAILURES) {
      LOG.log(
          System.Logger.Level.ERROR,
          "the database server failed {0} times in a row; giving up:\n{1}",
          failures - 1,
          log.tail());
      return false;
    }
    long pause = Math.min(LONGEST_PAUSE.toMillis(), 50L << Math.min(failures, 10));
    return !closing.await(pause, TimeUnit.MILLISECONDS);
  }

  private boolean isClosing() {
    return closing.getCount() == 0;
  }

  @Override
  public void close() {
    closing.countDown();
    try {
      Postmaster now = running;
      if (now != null) now.stop(STOPPING);
      owner.join(STOPPING);
      lock.close();
    } catch (IOException e) {
      throw new PostgresException(
          "the embedded database could not be stopped: " + e.getMessage(), null, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
