package atoll.agent.relay;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Looks once a second, where the kernel offers no event.
final class EverySecond implements ListenEvents {
  private static final int MILLIS = 900;
  private final CountDownLatch closed = new CountDownLatch(1);

  @Override
  public void await() throws InterruptedException {
    if (closed.await(MILLIS, TimeUnit.MILLISECONDS)) throw new InterruptedException();
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
