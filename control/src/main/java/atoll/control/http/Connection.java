package atoll.control.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// One client's connection: reads one request, has it answered, then reads the next, so that
/// answers keep their order.
///
/// Event loop only. Nothing is read while a request is worked on: the client's own window is the
/// bound. What one read brought beyond the request at hand waits in `early`, so its bound is the
/// size of one read.
@SuppressWarnings(
    "FutureReturnValueIgnored") // a write or close that fails ends in channelInactive, which is
// handled
final class Connection extends SimpleChannelInboundHandler<HttpObject> {
  /// How long what a refused client still sends is thrown away, so that it gets to read the answer.
  private static final long LINGER_MILLIS = 2000;

  private static final System.Logger LOG = System.getLogger(Connection.class.getName());
  private final Traffic traffic;
  private final ReadClock clock;
  private final ArrayDeque<HttpObject> early = new ArrayDeque<>();
  private Assembly assembly;
  private boolean working;
  private boolean leaving;

  Connection(Traffic traffic, ReadClock clock) {
    this.traffic = traffic;
    this.clock = clock;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    if (traffic.admit(ctx.channel())) next(ctx);
    else refuse(ctx, traffic.overloaded("connections"));
  }

  /// Takes what came early, then reads on.
  private void next(ChannelHandlerContext ctx) {
    assembly = null;
    clock.waitForRequest();
    while (!working && !leaving && !early.isEmpty()) {
      HttpObject message = early.removeFirst();
      try {
        take(ctx, message);
      } finally {
        ReferenceCountUtil.release(message);
      }
    }
    readOn(ctx);
  }

  private void readOn(ChannelHandlerContext ctx) {
    if (!working && !leaving) ctx.read();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
    if (working) early.add(ReferenceCountUtil.retain(message));
    else take(ctx, message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    readOn(ctx);
  }

  private void take(ChannelHandlerContext ctx, HttpObject message) {
    if (leaving) return;
    try {
      accept(ctx, message);
    } catch (Fault fault) {
      refuse(ctx, fault);
    }
  }

  private void accept(ChannelHandlerContext ctx, HttpObject message) {
    if (message.decoderResult().isFailure()) throw fault(message.decoderResult().cause());
    if (message instanceof HttpRequest head) begin(ctx, head);
    if (message instanceof HttpContent content) assembly.append(content.content());
    if (message instanceof LastHttpContent) work(ctx);
  }

  private void begin(ChannelHandlerContext ctx, HttpRequest head) {
    assembly = new Assembly(head, traffic.limits().body());
    if (assembly.wantsContinue())
      ctx.writeAndFlush(
          new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
  }

  private static Fault fault(Throwable cause) {
    if (cause instanceof TooLongHttpHeaderException)
      return new Fault(431, "headers_too_large", "the request's headers are too large");
    if (cause instanceof TooLongFrameException)
      return new Fault(414, "target_too_long", "the request line is too long");
    return Fault.badRequest("this is not a valid HTTP request");
  }

  private void work(ChannelHandlerContext ctx) {
    clock.stop();
    String id = newId();
    boolean crossOrigin = assembly.fromOtherOrigin();
    boolean keepAlive = assembly.keepsAlive();
    working = true;
    Consumer<Reply> done =
        reply -> ctx.executor().execute(() -> answer(ctx, reply, id, crossOrigin, keepAlive));
    try {
      traffic.handle(assembly.complete(id), done);
    } catch (Fault fault) {
      done.accept(Errors.reply(fault, id));
    }
  }

  /// The next request is taken when this answer is on its way: a client that does not read is not
  /// read from either.
  private void answer(
      ChannelHandlerContext ctx, Reply reply, String id, boolean crossOrigin, boolean keepAlive) {
    boolean stay = keepAlive && !traffic.closing();
    clock.waitForRequest();
    ctx.writeAndFlush(Responses.of(reply, id, crossOrigin, stay))
        .addListener(written -> {
          working = false;
          if (stay && written.isSuccess() && !traffic.closing()) next(ctx);
          else ctx.close();
        });
  }

  /// Answers, then gives the connection up: what follows on it cannot be trusted, or is not wanted.
  private void refuse(ChannelHandlerContext ctx, Fault fault) {
    leaving = true;
    clock.stop();
    String id = newId();
    boolean crossOrigin = assembly != null && assembly.fromOtherOrigin();
    ctx.writeAndFlush(Responses.of(Errors.reply(fault, id), id, crossOrigin, false))
        .addListener(_ -> ((DuplexChannel) ctx.channel()).shutdownOutput());
    ctx.channel().config().setAutoRead(true);
    ctx.executor().schedule(() -> ctx.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
    if (!(event instanceof ReadClock.Expired expired)) super.userEventTriggered(ctx, event);
    else if (leaving) return;
    else if (expired == ReadClock.Expired.IDLE) ctx.close();
    else
      refuse(
          ctx,
          new Fault(
              408,
              "request_timeout",
              "the request did not arrive within "
                  + traffic.limits().reading().toSeconds()
                  + " s"));
  }

  /// The server is closing: a connection between two requests goes now, a working one after its
  /// answer.
  void leaveWhenIdle(ChannelHandlerContext ctx) {
    if (!working) ctx.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    leaving = true;
    early.forEach(ReferenceCountUtil::release);
    early.clear();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof IOException))
      LOG.log(System.Logger.Level.WARNING, "a connection broke", cause);
    ctx.close();
  }

  private static String newId() {
    return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
  }
}
