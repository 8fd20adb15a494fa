package atoll.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;

/// One connection to a port in a guest: carries one exchange at a time, or waits to be used again.
///
/// What it reads is hostile. A byte that comes while no exchange is open ends the connection.
final class GuestConnection extends ChannelInboundHandlerAdapter {
  private enum Stage {
    IDLE,
    HEAD,
    BODY,
    TUNNEL
  }

  private static final String FAILED = "The connection to this port failed";

  private final RunConnections run;
  private final int port;
  private final EpollSocketChannel channel;
  private final Framing body = new Framing();
  private Stage stage = Stage.IDLE;
  private Exchange exchange;
  private ClientConnection unflushed;
  private ByteBuf in;
  private int scanned;
  private boolean closeAfter;
  private boolean failed;
  private long idleSince;

  GuestConnection(RunConnections run, int port, EpollSocketChannel channel) {
    this.run = run;
    this.port = port;
    this.channel = channel;
  }

  int port() {
    return port;
  }

  boolean open() {
    return channel.isOpen();
  }

  long idleSince() {
    return idleSince;
  }

  /// Called once it is connected.
  void start() {
    run.opened(this);
    channel.config().setAutoRead(true);
  }

  void begin(Exchange next) {
    exchange = next;
    stage = Stage.HEAD;
    closeAfter = false;
    reading(next.client().writable());
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

  void reading(boolean wanted) {
    if (channel.config().isAutoRead() != wanted) channel.config().setAutoRead(wanted);
  }

  /// Ends our direction once everything written has gone out.
  void endOutput() {
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(f -> channel.shutdownOutput());
  }

  /// Forgets the exchange, sends what is written, and closes.
  void closeFlushed() {
    exchange = null;
    stage = Stage.IDLE;
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  /// Whether the reply under way is one whose end only the end of the connection can tell.
  boolean untilClose() {
    return stage == Stage.BODY && body.untilClose();
  }

  void close() {
    exchange = null;
    stage = Stage.IDLE;
    channel.close();
  }

  /// Closes with a reset: the guest is gone, nobody would answer an orderly end, and the socket
  /// would stay in the namespace until the kernel gives up.
  void runEnded() {
    channel.config().setSoLinger(0);
    ended("the sandbox ended");
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    if (exchange == null) {
      bytes.release();
      close();
      return;
    }
    unflushed = exchange.client();
    unflushed.touch();
    in = Buffers.append(context.alloc(), in, bytes);
    advance();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    ClientConnection client = unflushed;
    unflushed = null;
    if (client != null) client.flush();
  }

  private void advance() {
    try {
      while (in != null && exchange != null && step()) {}
    } catch (BadMessage e) {
      ended("The server on this port sent an invalid reply: " + e.getMessage());
    }
    if (exchange == null) in = Buffers.drop(in);
  }

  /// False when more bytes are needed.
  private boolean step() throws BadMessage {
    return switch (stage) {
      case HEAD -> readHead();
      case BODY -> relayBody();
      case TUNNEL -> relayAll();
      case IDLE -> false;
    };
  }

  private boolean readHead() throws BadMessage {
    int length = Head.lengthIn(in, scanned);
    if (length < 0) {
      scanned = in.readableBytes();
      return false;
    }
    scanned = 0;
    Head head = run.edge().head;
    head.load(in, length);
    in = Buffers.dropIfEmpty(in);
    accept(head, ReplyHead.parse(head, exchange.request().isHead()));
    return true;
  }

  private void accept(Head head, ReplyHead reply) throws BadMessage {
    boolean old = exchange.request().old();
    if (reply.interim()) {
      if (!old) exchange.client().write(reply.forClient(head, channel.alloc(), false));
    } else if (reply.status() == 101) {
      upgrade(head, reply);
    } else {
      if (old && reply.length() == Framing.CHUNKED)
        throw BadMessage.of("chunks for a client of HTTP/1.0");
      exchange.replyBegins();
      boolean closing =
          reply.length() == Framing.UNTIL_CLOSE || exchange.client().closesAfter(exchange);
      exchange.client().write(reply.forClient(head, channel.alloc(), closing));
      closeAfter = reply.close() || old;
      body.begin(reply.length());
      stage = Stage.BODY;
      if (body.complete()) finish();
    }
  }

  private void upgrade(Head head, ReplyHead reply) throws BadMessage {
    if (!exchange.request().upgrade() || !reply.upgrade())
      throw BadMessage.of("an upgrade that nobody asked for");
    exchange.replyBegins();
    exchange.client().write(reply.forClient(head, channel.alloc(), false));
    stage = Stage.TUNNEL;
    exchange.client().tunnel(exchange);
  }

  private boolean relayBody() throws BadMessage {
    int length = body.take(in);
    if (length > 0) relay(length);
    if (body.complete()) finish();
    return true;
  }

  private boolean relayAll() {
    relay(in.readableBytes());
    return false;
  }

  private void relay(int length) {
    ByteBuf all = in;
    boolean whole = length == all.readableBytes();
    exchange.client().write(whole ? all : all.readRetainedSlice(length));
    if (whole) in = null;
  }

  /// The reply is complete.
  private void finish() {
    Exchange done = exchange;
    boolean whole = done.client().requestComplete(done);
    boolean reusable = !closeAfter && whole && in == null && channel.isActive();
    boolean clientCloses = body.untilClose();
    done.guestDone();
    exchange = null;
    stage = Stage.IDLE;
    if (reusable) {
      idleSince = System.nanoTime();
      reading(true);
      run.keep(this);
    } else {
      close();
    }
    done.client().replied(done, clientCloses);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (exchange != null) exchange.client().updateReading();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event != ChannelInputShutdownEvent.INSTANCE) return;
    if (stage == Stage.TUNNEL && exchange != null && !failed) {
      exchange.client().guestEndedOutput();
    } else {
      inputEnded();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    run.closed(this);
    inputEnded();
    in = Buffers.drop(in);
  }

  private void inputEnded() {
    if (exchange != null && stage == Stage.BODY && body.untilClose() && !failed) {
      ClientConnection client = exchange.client();
      finish();
      client.flush();
    } else {
      ended(
          failed
              ? FAILED
              : "The server on this port closed the connection without a complete reply");
    }
  }

  /// A server that answers before it has read the request resets the connection when it closes it,
  /// and our next write fails while its answer waits to be read. So nothing is given up here but
  /// writing: the end of the input, which follows every failure, comes after the answer.
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    failed = true;
    System.getLogger(GuestConnection.class.getName())
        .log(
            System.Logger.Level.DEBUG,
            () -> "connection to port " + port + " of a guest failed",
            cause);
    if (!(cause instanceof IOException)) ended(FAILED);
  }

  private void ended(String why) {
    Exchange open = exchange;
    boolean abort = untilClose();
    close();
    if (open != null) open.broken(why, abort);
  }
}
