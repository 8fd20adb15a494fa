package atoll.agent.filesystem;

import atoll.agent.guest.Users;
import atoll.agent.rpc.CallContext;
import atoll.agent.rpc.EventStream;
import atoll.agent.rpc.Field;
import atoll.agent.rpc.Outgoing;
import atoll.agent.rpc.RpcException;
import atoll.linux.kernel.Bell;
import atoll.linux.process.PollSet;
import java.io.IOException;
import java.nio.file.Path;

/// WatchDir: one client's stream of events, on its connection's thread, until it leaves or its time
/// is up.
///
/// That it left is noticed at once, although nothing may be there to send: the kernel gives a user
/// only some hundred queues of events.
final class WatchStream {
  private static final Outgoing START = empty(FilesystemMessages.STREAM_START);
  private static final Outgoing KEEPALIVE = empty(FilesystemMessages.STREAM_KEEPALIVE);

  private static final int EVENTS = 0;
  private static final int GONE = 1;

  private WatchStream() {}

  private static Outgoing empty(Field kind) {
    return new Outgoing(to -> {
      to.open(kind);
      to.close();
    });
  }

  static void serve(WatchRequest request, CallContext context, Users users, EventStream events)
      throws RpcException, IOException {
    try (TreeWatch watch = request.open();
        var gone = Bell.open();
        var poll = new PollSet(2)) {
      poll.watch(EVENTS, watch.descriptor());
      poll.watch(GONE, gone.number());
      events.onGone(gone::ring);
      send(events, START);
      while (context.leftNanos() > 0) {
        long wait = Math.min(context.leftNanos(), context.keepaliveNanos() - events.quietNanos());
        boolean ready = poll.await((int) Math.clamp(wait / 1_000_000 + 1, 0, Integer.MAX_VALUE));
        if (ready && poll.ready(GONE)) return;
        if (ready) tell(watch, request, users, events);
        if (events.quietNanos() >= context.keepaliveNanos()) send(events, KEEPALIVE);
      }
    }
    throw RpcException.deadlineExceeded();
  }

  private static void send(EventStream events, Outgoing message) throws IOException {
    events.message(message);
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
    var message = new Outgoing(to -> {});
    Users.Names names = users.names();
    Path root = request.directory();
    for (FileEvent event : happened) {
      EntryInfo entry = request.withEntry() ? event.entry(root) : null;
      events.message(
          message.becomes(to -> {
            to.open(FilesystemMessages.STREAM_EVENT);
            event.write(root, entry, names, to);
            to.close();
          }));
    }
    events.flush();
  }
}
