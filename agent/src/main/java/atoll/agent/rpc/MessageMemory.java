package atoll.agent.rpc;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// What large requests may take of the small heap, all together: a part of one waits until others
/// have gone.
///
/// Safe for several threads.
final class MessageMemory {
  private static final int UNIT = 1024;
  private static final long PATIENCE_SECONDS = 10;

  /// Requests up to this size are not counted: their number is bounded by that of connections.
  static final int UNCOUNTED = 64 * UNIT;

  private final Semaphore units;
  private final int most;

  /// @param bytes for all requests together
  MessageMemory(long bytes) {
    this.most = (int) Math.min(Integer.MAX_VALUE, bytes / UNIT);
    this.units = new Semaphore(most);
  }

  /// One request's share, given back when closed. For one thread.
  final class Share implements AutoCloseable {
    private int held;

    /// Makes sure that this request may hold `bytes`; waits a while for others, then refuses.
    void cover(long bytes) throws RpcException {
      if (bytes <= UNCOUNTED) return;
      int wanted = (int) Math.min(Integer.MAX_VALUE, bytes / UNIT + 1);
      if (wanted <= held) return;
      try {
        if (wanted > most || !units.tryAcquire(wanted - held, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          throw new RpcException(
              RpcCode.RESOURCE_EXHAUSTED,
              "the agent's memory for large messages is in use: send less at once, or later");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new RpcException(RpcCode.CANCELED, "the agent is closing");
      }
      held = wanted;
    }

    @Override
    public void close() {
      units.release(held);
      held = 0;
    }
  }

  Share share() {
    return new Share();
  }
}
