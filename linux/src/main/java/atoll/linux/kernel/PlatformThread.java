package atoll.linux.kernel;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Runs work that belongs to one kernel thread, or that blocks in the kernel, on a fresh platform
/// thread.
///
/// The thread ends with the work, so whatever the work changed about it leaks into no pool. The
/// caller waits and may be a virtual thread. The work itself must keep a deadline.
public final class PlatformThread {
  private PlatformThread() {}

  /// The result of `body`, or its failure; an interrupted caller gets an [IOException] and the work
  /// is interrupted too.
  public static <T> T call(String name, Callable<T> body) throws IOException {
    var task = new FutureTask<>(body);
    Thread thread = Thread.ofPlatform().daemon().name(name).start(task);
    try {
      return task.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException io -> throw io;
        case RuntimeException r -> throw r;
        case Error error -> throw error;
        default -> throw new IOException(name, e.getCause());
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
      throw new IOException(name + ": interrupted", e);
    }
  }

  /// Runs `body` here, unless here is a virtual thread, whose carrier a blocking native call would
  /// hold.
  public static <T> T unlessAlready(String name, Callable<T> body) throws IOException {
    if (Thread.currentThread().isVirtual()) return call(name, body);
    try {
      return body.call();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(name, e);
    }
  }
}
