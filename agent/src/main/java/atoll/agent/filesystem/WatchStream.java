package atoll.agent.filesystem;

import atoll.agent.guest.Users;
import atoll.agent.rpc.CallContext;
import atoll.agent.rpc.EventStream;
import atoll.agent.rpc.Rpc;
import atoll.agent.rpc.RpcCode;
import atoll.agent.rpc.RpcException;
import atoll.linux.process.PollSet;
import java.io.IOException;

/// WatchDir: one client's stream of events, on its connection's thread, until it leaves or its time
/// is up.
final class WatchStream {
  private static final byte[] START = Rpc.utf8("{\"start\":{}}");
  private static final byte[] KEEPALIVE = Rpc.utf8("{\"keepalive\":{}}");

  private WatchStream() {}

  static void serve(WatchRequest request, CallContext context, Users users, EventStream events)
      throws RpcException, IOException {
    try (TreeWatch watch = request.open();
        var poll = new PollSet(1)) {
      poll.watch(0, watch.descriptor());
      send(events, START);
      while (context.leftNanos() > 0) {
        long wait = Math.min(context.leftNanos(), context.keepaliveNanos() - events.quietNanos());
        if (poll.await((int) Math.clamp(wait / 1_000_000 + 1, 0, Integer.MAX_VALUE)))
          tell(watch, request, users, events);
        if (events.quietNanos() >= context.keepaliveNanos()) send(events, KEEPALIVE);
      }
    }
    throw new RpcException(RpcCode.DEADLINE_EXCEEDED, "context deadline exceeded");
  }

  private static void send(EventStream events, byte[] message) throws IOException {
    events.message(message, message.length);
    events.flush();
  }

  private static void tell(TreeWatch watch, WatchRequest request, Users users, EventStream events)
      throws RpcException, IOException {
    java.util.List<FileEvent> happened;
    try {
      happened = watch.take();
    } catch (IOException lost) {
      throw RpcException.internal("watcher error: " + lost.getMessage());
    }
    for (FileEvent event : happened) {
      var out = new StringBuilder(96).append("{\"filesystem\":");
      event.write(request.directory(), request.withEntry(), users, out);
      byte[] message = Rpc.utf8(out.append('}').toString());
      events.message(message, message.length);
    }
    events.flush();
  }
}
