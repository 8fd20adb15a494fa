package atoll.edge;

import atoll.protocol.node.GuestDialer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.util.Optional;

/// One client's connection: its requests one after another, each carried to the sandbox it names.
///
/// Stages: `HEAD` → (`DIAL` →) `BODY` → `REPLY` → `HEAD`; `DRAIN` takes the rest of a request that
/// is answered already; `TUNNEL` after an upgrade; `CLOSING` when the last answer is out and the
/// client's input is thrown away.
final class ClientConnection extends ChannelInboundHandlerAdapter {
  /// Bytes kept of requests that came before the reply to the one before.
  private static final int MOST_HELD = 64 << 10;

  /// The rest of an answered request that is read so that the connection can be kept.
  private static final long MOST_DRAINED = 256 << 10;

  private enum Stage {
    HEAD,
    DIAL,
    BODY,
    REPLY,
    DRAIN,
    TUNNEL,
    CLOSING
  }

  private final EdgeLoop edge;
  private final Channel channel;
  private final ClientTimers timers;
  private final Framing body = new Framing();
  private Stage stage = Stage.HEAD;
  private Exchange exchange;
  private RequestHead request;
  private ByteBuf in;
  private int scanned;
  private long drained;
  private final ClientEnds ends;
  private boolean advancing;

  ClientConnection(EdgeLoop edge, Channel channel) {
    this.edge = edge;
    this.channel = channel;
    timers = new ClientTimers(edge.loop, edge.config, this);
    ends = new ClientEnds(channel, timers);
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    timers.start();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    touch();
    in = Buffers.append(context.alloc(), in, (ByteBuf) message);
    advance();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (exchange != null && exchange.guest() != null) exchange.guest().flush();
    channel.flush();
    updateReading();
    timers.headPending(stage == Stage.HEAD && in != null);
  }

  /// Handles as much of the input as its stage allows. Calls from inside itself return at once: the
  /// outer one goes on.
  private void advance() {
    if (advancing) return;
    advancing = true;
    try {
      while (in != null && step()) in = Buffers.dropIfEmpty(in);
    } catch (BadMessage e) {
      refuse(e);
    } finally {
      advancing = false;
    }
    in = Buffers.dropIfEmpty(in);
  }

  /// False when it must wait: for more bytes, the guest, or the client to read.
  private boolean step() throws BadMessage {
    return switch (stage) {
      case HEAD -> channel.isWritable() && readHead();
      case BODY -> relayBody();
      case DRAIN -> drain();
      case TUNNEL -> relay(in.readableBytes());
      case CLOSING -> discard();
      case DIAL, REPLY -> false;
    };
  }

  private boolean readHead() throws BadMessage {
    skipEmptyLines();
    int length = Head.lengthIn(in, scanned);
    if (length < 0) {
      scanned = in.readableBytes();
      return false;
    }
    scanned = 0;
    Head head = edge.head;
    head.load(in, length);
    request = RequestHead.parse(head);
    timers.headDone();
    body.begin(request.length());
    route(head, Target.of(request));
    return true;
  }

  /// Lines before a request line are to be ignored (RFC 9112, section 2.2).
  private void skipEmptyLines() {
    while (scanned == 0 && in.readableBytes() >= 2 && in.getShort(in.readerIndex()) == 0x0d0a)
      in.skipBytes(2);
  }

  private void route(Head head, Target target) {
    String internal = target.agent() ? AgentRoutes.internal(request.target()) : null;
    if (internal != null) {
      answer(LocalReply.internalRoute(internal));
      return;
    }
    Optional<GuestDialer.Route> route = edge.dialer.route(target.id());
    if (route.isEmpty()) {
      answer(LocalReply.notFound(target));
    } else if (!edge.limits.enter(route.get().run())) {
      answer(LocalReply.tooMany(target, edge.limits.perSandbox()));
    } else {
      begin(head, target, route.get());
    }
  }

  private void begin(Head head, Target target, GuestDialer.Route route) {
    // An upgrade would lead past the check of the agent's internal routes, and the agent offers
    // none.
    boolean upgrade = request.upgrade() && !target.agent();
    ByteBuf forGuest = request.forGuest(head, channel.alloc(), upgrade);
    stage = Stage.DIAL;
    exchange = new Exchange(this, edge.run(route), target, request, forGuest);
    exchange.begin();
  }

  /// The guest has the head; the body may follow.
  void guestReady(Exchange ready) {
    if (ready != exchange) return;
    stage = body.complete() ? Stage.REPLY : Stage.BODY;
    resume();
  }

  private boolean relayBody() throws BadMessage {
    int length = body.take(in);
    if (length > 0) relay(length);
    if (body.complete() && stage == Stage.BODY) stage = Stage.REPLY;
    return true;
  }

  private boolean relay(int length) {
    GuestConnection guest = exchange.guest();
    boolean whole = length == in.readableBytes();
    guest.write(whole ? in : in.readRetainedSlice(length));
    if (whole) in = null;
    return true;
  }

  private boolean drain() throws BadMessage {
    int length = body.take(in);
    in.skipBytes(length);
    drained += length;
    if (body.complete()) {
      timers.headDone();
      next();
    } else if (drained > MOST_DRAINED) {
      finishConnection();
    }
    return true;
  }

  private boolean discard() {
    in.skipBytes(in.readableBytes());
    return true;
  }

  private void next() {
    stage = Stage.HEAD;
    request = null;
  }

  boolean requestComplete(Exchange asking) {
    return asking == exchange && body.complete();
  }

  void write(ByteBuf bytes) {
    channel.write(bytes, channel.voidPromise());
  }

  void flush() {
    channel.flush();
  }

  boolean writable() {
    return channel.isWritable();
  }

  void touch() {
    timers.touch();
  }

  /// The reply is complete and written.
  ///
  /// @param closing whether its end is the end of the connection
  void replied(Exchange done, boolean closing) {
    if (done != exchange) return;
    boolean last = closing || closesAfter(done);
    leaveExchange();
    proceed(last);
  }

  /// Whether the reply that begins or ends now is the last: the client wants it so, or it waits to
  /// be told to send a body that nobody will ask for any more.
  boolean closesAfter(Exchange open) {
    return open.request().close() || (open.request().expects() && !body.complete());
  }

  /// After an answer: to the next request, through the rest of this one, or to the end.
  private void proceed(boolean closing) {
    boolean tooMuch = body.left() > MOST_DRAINED && request.length() != Framing.CHUNKED;
    if (closing || tooMuch || ends.input()) {
      finishConnection();
    } else if (body.complete()) {
      next();
    } else {
      drained = 0;
      stage = Stage.DRAIN;
      timers.headPending(true);
    }
    resume();
  }

  private void resume() {
    if (advancing) return;
    advance();
    if (exchange != null) exchange.flushGuest();
    updateReading();
  }

  private void leaveExchange() {
    if (exchange == null) return;
    edge.limits.leave(exchange.run().run());
    exchange.end();
    exchange = null;
  }

  /// No reply came from the guest; the edge answers.
  void failed(Exchange broken, LocalReply reply) {
    if (broken != exchange) return;
    leaveExchange();
    answer(reply);
    channel.flush();
  }

  /// The reply broke off in the middle: the only honest end is an unfinished one.
  ///
  /// @param abort with a reset, where a quiet end would look like a complete reply
  void cut(Exchange broken, boolean abort) {
    if (broken != exchange) return;
    leaveExchange();
    stage = Stage.CLOSING;
    if (abort) channel.config().setOption(ChannelOption.SO_LINGER, 0);
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  private void answer(LocalReply reply) {
    boolean closing = request.close() || request.expects() || body.left() > MOST_DRAINED;
    write(reply.encode(channel.alloc(), request.isHead(), closing));
    proceed(closing);
  }

  private void refuse(BadMessage bad) {
    if (exchange != null) {
      // The guest may have answered part of this request already: no answer of ours fits any more.
      leaveExchange();
      channel.close();
      return;
    }
    if (stage != Stage.CLOSING) write(LocalReply.bad(bad).encode(channel.alloc(), false, true));
    finishConnection();
    in = Buffers.drop(in);
  }

  private void finishConnection() {
    stage = Stage.CLOSING;
    ends.finish();
  }

  /// Both sides speak their own protocol from here on.
  void tunnel(Exchange upgraded) {
    if (upgraded != exchange) return;
    stage = Stage.TUNNEL;
    resume();
  }

  void guestEndedOutput() {
    ends.guestEnded();
    if (!ends.input()) return;
    finishConnection();
    leaveExchange();
  }

  /// Reads exactly while what is read has somewhere to go.
  void updateReading() {
    boolean wanted =
        switch (stage) {
          case HEAD -> channel.isWritable();
          case BODY, TUNNEL -> exchange.guest() == null || exchange.guest().writable();
          case DIAL, REPLY -> in == null || in.readableBytes() < MOST_HELD;
          case DRAIN, CLOSING -> true;
        };
    if (channel.config().isAutoRead() != wanted) channel.config().setAutoRead(wanted);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (exchange != null && exchange.guest() != null)
      exchange.guest().reading(channel.isWritable());
    if (stage == Stage.HEAD) {
      resume();
      channel.flush();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event != ChannelInputShutdownEvent.INSTANCE || ends.input()) return;
    ends.inputEnded();
    switch (stage) {
      case TUNNEL -> endTunnelInput();
      case DIAL, REPLY -> endWaiting();
      case BODY -> channel.close();
      case HEAD, DRAIN -> finishConnection(); // answers may still be on their way out
      case CLOSING -> ends.closeIfOver();
    }
  }

  private void endTunnelInput() {
    if (ends.guest()) {
      exchange.guest().closeFlushed();
      exchange.guestDone();
      channel.close();
    } else {
      exchange.guest().endOutput();
    }
  }

  /// A client that said it would send nothing more may end its output and wait. Any other one has
  /// perhaps left: nothing tells until it is sent something, so it is waited for only while the
  /// reply flows.
  private void endWaiting() {
    if (!request.close()) timers.perhapsGone();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    timers.stop();
    leaveExchange();
    stage = Stage.CLOSING;
    in = Buffers.drop(in);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    System.getLogger(ClientConnection.class.getName())
        .log(System.Logger.Level.DEBUG, "a client's connection failed", cause);
    channel.close();
  }

  /// The head did not arrive in time, or the rest of an answered request.
  void headTimedOut() {
    if (stage == Stage.HEAD && in != null) {
      refuse(new BadMessage(408, "the head of the request did not arrive in time"));
    } else if (stage == Stage.DRAIN) {
      finishConnection();
    } else {
      channel.close();
    }
  }

  void idleTooLong() {
    channel.close();
  }
}
