package atoll.control;

import atoll.core.Deadline;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// Waits for what another party does in its own time, seen only from outside: looks every 20 ms, at
/// most 10 s.
final class Eventually {
  private Eventually() {}

  static void holds(BooleanSupplier condition) throws InterruptedException {
    Deadline deadline = Deadline.after(Duration.ofSeconds(10));
    var never = new CountDownLatch(1);
    while (!condition.getAsBoolean()) {
      if (deadline.expired()) throw new AssertionError("did not come true in 10 s");
      if (never.await(20, TimeUnit.MILLISECONDS)) return;
    }
  }
}
