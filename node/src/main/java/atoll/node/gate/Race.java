package atoll.node.gate;

import atoll.core.Deadline;
import atoll.vmm.VmExit;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Work on a guest that ends at once when its monitor does.
///
/// The work runs on a thread of its own and is always over when [#run] returns, so that what it
/// uses can be given back; `abort` must end whatever call it waits in. A platform thread, since
/// waiting in a native call would hold a carrier.
final class Race {
  private final CompletableFuture<VmExit> exit;
  private final Runnable abort;

  Race(CompletableFuture<VmExit> exit, Runnable abort) {
    this.exit = exit;
    this.abort = abort;
  }

  /// The work's result.
  ///
  /// @throws MonitorExited if the monitor ended first
  <T> T run(Callable<T> work) throws Exception {
    var done = new CompletableFuture<T>();
    Thread worker = Thread.ofPlatform().daemon().name("gate").start(() -> complete(done, work));
    try {
      CompletableFuture.anyOf(exit, done).handle((_, _) -> true).get();
      if (exit.isDone()) throw new MonitorExited(exit.get());
      return result(done);
    } finally {
      if (!done.isDone()) abort.run();
      worker.join();
    }
  }

  private <T> T result(CompletableFuture<T> done) throws Exception {
    try {
      return done.get();
    } catch (ExecutionException e) {
      // A dying monitor first breaks the call and is reaped a moment later: say the cause, not the
      // effect.
      VmExit late = exitWithin(Deadline.after(java.time.Duration.ofMillis(20)));
      if (late != null) throw new MonitorExited(late);
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  /// Waits for the monitor's end; null if it lives on at the deadline. This is how the gate pauses
  /// between attempts.
  VmExit exitWithin(Deadline deadline) throws InterruptedException {
    try {
      return exit.get(deadline.left().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException alive) {
      return null;
    } catch (ExecutionException e) {
      return new VmExit(-1, 0, String.valueOf(e.getCause()));
    }
  }

  private static <T> void complete(CompletableFuture<T> done, Callable<T> work) {
    try {
      done.complete(work.call());
    } catch (Throwable e) {
      done.completeExceptionally(e);
    }
  }
}
