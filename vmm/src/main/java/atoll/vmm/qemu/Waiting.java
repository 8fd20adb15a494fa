package atoll.vmm.qemu;

import atoll.core.Deadline;
import atoll.vmm.VmmException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Waiting for a future up to a deadline, with failures told as [VmmException].
final class Waiting {
  private Waiting() {}

  /// The value; `what` completes the sentence "the monitor did not …".
  static <T> T await(CompletableFuture<T> future, String what, Deadline deadline)
      throws IOException {
    try {
      return future.get(deadline.left().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new VmmException(
          "the monitor did not " + what + " in time; its control socket may hang", e);
    } catch (ExecutionException e) {
      throw new VmmException(e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VmmException("interrupted while waiting for the monitor to " + what, e);
    }
  }
}
