package atoll.control.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Times one connection, below the codec so that a half-sent header line counts too. Event loop
/// only.
final class ReadClock extends ChannelInboundHandlerAdapter {
  /// What took too long, fired as an event.
  enum Expired {
    READING,
    IDLE
  }

  private final ServerLimits limits;
  private ChannelHandlerContext context;
  private ScheduledFuture<?> timer;
  private boolean idle;

  ReadClock(ServerLimits limits) {
    this.limits = limits;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object bytes) throws Exception {
    if (idle) {
      idle = false;
      arm(limits.reading(), Expired.READING);
    }
    super.channelRead(ctx, bytes);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    stop();
    super.channelInactive(ctx);
  }

  /// Waits for the first byte of a request.
  void waitForRequest() {
    idle = true;
    arm(limits.idle(), Expired.IDLE);
  }

  /// The request is complete, or the connection is being given up.
  void stop() {
    idle = false;
    if (timer != null) timer.cancel(false);
  }

  private void arm(Duration limit, Expired event) {
    if (timer != null) timer.cancel(false);
    timer =
        context
            .executor()
            .schedule(
                () -> {
                  context.fireUserEventTriggered(event);
                },
                limit.toNanos(),
                TimeUnit.NANOSECONDS);
  }
}
