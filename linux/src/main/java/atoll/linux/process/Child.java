package atoll.linux.process;

import atoll.linux.kernel.Errno;
import atoll.linux.kernel.Fd;
import atoll.linux.kernel.KernelException;
import java.util.concurrent.CompletableFuture;

/// A child process that this program started and owns until it is reaped.
///
/// - **Owner** whoever called [Spawn#start()]; the one reaper thread collects the exit, so no
///   zombie stays.
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
