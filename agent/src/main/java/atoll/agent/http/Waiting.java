package atoll.agent.http;

/// Since when a connection's thread has been waiting for its client. Written by that thread, read
/// by others.
final class Waiting {
  private volatile long since;

  void begins() {
    long now = System.nanoTime();
    since = now == 0 ? 1 : now;
  }

  void ends() {
    since = 0;
  }

  /// On the monotonic clock; 0 while it does something else.
  long since() {
    return since;
  }
}
