package atoll.control.http;

import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/// The connections and requests of one server, counted and bounded. Safe on any thread.
final class Traffic {
  private final ServerLimits limits;
  private final Handler handler;
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final Semaphore places;
  private volatile boolean closing;

  Traffic(ServerLimits limits, Handler handler) {
    this.limits = limits;
    this.handler = handler;
    this.places = new Semaphore(limits.requests());
  }

  ServerLimits limits() {
    return limits;
  }

  boolean closing() {
    return closing;
  }

  /// Counts a connection in, or says that there are too many.
  boolean admit(Channel channel) {
    if (connections.size() >= limits.connections()) return false;
    return connections.add(channel);
  }

  Fault overloaded(String what) {
    return new Fault(
        503,
        "overloaded",
        "too many " + what + " at once; nothing was done",
        Map.of("Should-Retry", "true", "Retry-After", "1"));
  }

  /// Works on a virtual thread of its own, and hands the reply to `done` there.
  void handle(Request request, Consumer<Reply> done) {
    if (!places.tryAcquire()) {
      done.accept(Errors.reply(overloaded("requests"), request.id()));
      return;
    }
    Thread.ofVirtual()
        .name("request-" + request.id())
        .start(() -> {
          Reply reply;
          try {
            reply = answer(request);
          } finally {
            places.release();
          }
          done.accept(reply);
        });
  }

  private Reply answer(Request request) {
    try {
      return handler.handle(request);
    } catch (Exception | StackOverflowError e) {
      return Errors.reply(e, request.id());
    }
  }

  /// Closes idle connections, and returns when the others have their answers or `limit` is over.
  void drain(Duration limit) {
    closing = true;
    for (Channel channel : connections) {
      channel.eventLoop().execute(() -> leave(channel));
    }
    connections.newCloseFuture().awaitUninterruptibly(limit.toMillis());
  }

  private static void leave(Channel channel) {
    var context = channel.pipeline().context(Connection.class);
    if (context != null) ((Connection) context.handler()).leaveWhenIdle(context);
  }
}
