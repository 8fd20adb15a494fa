package atoll.agent.http;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/// The open connections, of which there are only so many: when a new one finds no room, the one
/// that has waited longest for its client has to go.
///
/// So nobody keeps others out by opening connections and saying nothing, or saying it slowly. Safe
/// for several threads.
final class Connections {
  private final Set<ServerConnection> open = ConcurrentHashMap.newKeySet();
  private final HttpServer.Limits limits;

  /// Heads beyond the usual size, which are held in memory as a whole.
  private final Semaphore largeHeads = new Semaphore(8);

  Connections(HttpServer.Limits limits) {
    this.limits = limits;
  }

  /// False if there is no room, and none can be made.
  boolean admit(ServerConnection connection) {
    if (open.size() >= limits.connections() && !evict()) return false;
    open.add(connection);
    return true;
  }

  private boolean evict() {
    ServerConnection longest = null;
    long since = 0;
    for (ServerConnection each : open) {
      long waiting = each.waitingSince();
      if (waiting == 0 || longest != null && waiting - since >= 0) continue;
      longest = each;
      since = waiting;
    }
    if (longest == null) return false;
    open.remove(longest);
    longest.abort();
    return true;
  }

  void ended(ServerConnection connection) {
    open.remove(connection);
  }

  long headNanos() {
    return limits.headNanos();
  }

  Semaphore largeHeads() {
    return largeHeads;
  }
}
