package atoll.linux.process;

import atoll.linux.kernel.Errno;
import atoll.linux.kernel.Fd;
import atoll.linux.kernel.KernelException;

/// A child process whose owner waits for it by itself, with [#pidfd()] in its own [PollSet].
///
/// - **Owner** whoever called [Spawn#startHere()]; must call [#reap()], or a zombie stays.
/// - **Threads** [#signal] is safe anywhere, also after the end; one thread reaps.
public final class PolledChild {
  private final int pid;
  private final Fd pidfd;
  private boolean reaped;

  PolledChild(int pid, Fd pidfd) {
    this.pid = pid;
    this.pidfd = pidfd;
  }

  /// Gives it to the reaper instead, which waits for it from now on.
  Child handOver() {
    return new Child(pid, pidfd);
  }

  public int pid() {
    return pid;
  }

  /// Readable once the process has ended. Valid until [#reap()].
  public int pidfd() {
    return pidfd.number();
  }

  /// False if the process was gone already.
  public synchronized boolean signal(int signal) throws KernelException {
    if (reaped) return false;
    try {
      SystemCall.signal(pidfd.number(), signal);
      return true;
    } catch (KernelException e) {
      if (e.errno() != Errno.ESRCH) throw e;
      return false;
    }
  }

  /// Blocks until the process has ended and takes its status; once only.
  public ExitStatus reap() throws KernelException {
    ExitStatus status = WaitStatus.take(pidfd.number());
    synchronized (this) {
      reaped = true;
      pidfd.close();
    }
    return status;
  }
}
