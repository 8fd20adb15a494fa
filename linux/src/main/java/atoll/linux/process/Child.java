package atoll.linux.process;

import atoll.linux.kernel.Errno;
import atoll.linux.kernel.Fd;
import atoll.linux.kernel.KernelException;
import atoll.linux.kernel.Procfs;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A process that this program started, or adopted, and owns until it is gone.
///
/// - **Owner** whoever called [Spawn#start()] or [#adopt]; the one reaper thread collects the exit,
///   so no zombie stays.
/// - **Threads** every method is safe anywhere. Stages hung on [#exit()] without an executor run on
///   the reaper thread: keep them short.
/// - **Sources** pidfd_open(2), pidfd_send_signal(2), waitid(2).
public final class Child {
  private final int pid;
  private final Fd pidfd;
  private final CompletableFuture<ExitStatus> exit = new CompletableFuture<>();

  Child(int pid, Fd pidfd) {
    this.pid = pid;
    this.pidfd = pidfd;
  }

  /// Watches a living process that another one started. Its exit status goes to its parent, so
  /// [#exit()] tells code -1 and signal 0.
  ///
  /// @param startTicks field 22 of proc(5) stat: a process that took over the number has another
  /// @throws KernelException `ESRCH` if that very process is gone
  public static Child adopt(int pid, long startTicks) throws java.io.IOException {
    var pidfd = new Fd(SystemCall.pidfd(pid));
    try {
      if (startTime(pid) != startTicks)
        throw new KernelException("adopt process " + pid, Errno.ESRCH);
      var child = new Child(pid, pidfd);
      Reaper.shared().watch(child);
      return child;
    } catch (java.io.IOException | RuntimeException e) {
      pidfd.close();
      throw e;
    }
  }

  private static long startTime(int pid) throws java.io.IOException {
    try {
      return Procfs.startTime(pid);
    } catch (java.nio.file.NoSuchFileException gone) {
      return -1;
    }
  }

  public int pid() {
    return pid;
  }

  public boolean alive() {
    return !exit.isDone();
  }

  /// Sends a signal to this very process, never to one that took over its number. Does nothing once
  /// it was reaped.
  public synchronized void signal(int signal) throws KernelException {
    if (exit.isDone()) return;
    try {
      SystemCall.signal(pidfd.number(), signal);
    } catch (KernelException e) {
      if (e.errno() != Errno.ESRCH) throw e;
    }
  }

  /// Completes when the process has ended and was reaped; completing it by hand or cancelling has
  /// no effect on it.
  public CompletableFuture<ExitStatus> exit() {
    return exit.copy();
  }

  /// How it ended, or empty if it has not within the time given.
  public Optional<ExitStatus> awaitEnd(Duration longest) throws InterruptedException {
    try {
      return Optional.of(exit.get(longest.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException _) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException("an end is never completed by a failure", e);
    }
  }

  int pidfd() {
    return pidfd.number();
  }

  void reaped(ExitStatus status) {
    synchronized (this) {
      pidfd.close();
      if (exit.isDone()) return;
    }
    exit.complete(status);
  }
}
