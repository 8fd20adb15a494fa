package atoll.edge;

import atoll.protocol.node.GuestDialer;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import java.util.HashMap;
import java.util.Map;

/// What one event loop keeps for its connections: scratch space and the guests' connections, by
/// run. Used on that loop only.
final class EdgeLoop {
  final EventLoop loop;
  final EdgeConfig config;
  final GuestDialer dialer;
  final Limits limits;
  final WriteBufferWaterMark marks;
  final Head head = new Head();
  private final Map<Long, RunConnections> runs = new HashMap<>();

  EdgeLoop(
      EventLoop loop,
      EdgeConfig config,
      GuestDialer dialer,
      Limits limits,
      WriteBufferWaterMark marks) {
    this.loop = loop;
    this.config = config;
    this.dialer = dialer;
    this.limits = limits;
    this.marks = marks;
  }

  /// The connections to this run, closed by themselves when it ends.
  RunConnections run(GuestDialer.Route route) {
    RunConnections known = runs.get(route.run());
    if (known != null) return known;
    var made = new RunConnections(this, route);
    runs.put(route.run(), made);
    made.watch();
    return made;
  }

  void forget(long run) {
    runs.remove(run);
    limits.forget(run);
  }
}
