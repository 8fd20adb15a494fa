package atoll.node.egress.proxy;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;

/// Carries bytes from its own channel to the other one of a pair, no faster than that one takes
/// them. An end of input is passed on; the end of either is the end of both.
final class Carrier extends ChannelInboundHandlerAdapter {
  private Channel other;

  /// For both of a pair: neither an end of input nor a write that fails, as after a reset, keeps
  /// what came before it from being read.
  static void prepare(Channel channel) {
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    channel.config().setOption(ChannelOption.AUTO_CLOSE, false);
  }

  /// Before either reads.
  static void join(Channel one, Channel another) {
    one.pipeline().get(Carrier.class).other = another;
    another.pipeline().get(Carrier.class).other = one;
  }

  /// For an end of input that came before the two were joined.
  static void passEarlyEnd(DuplexChannel from, Channel to) {
    if (from.isInputShutdown()) passEnd(from, to);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (other == null) {
      ReferenceCountUtil.release(message);
      return;
    }
    other.write(message);
    if (!other.isWritable()) ctx.channel().config().setAutoRead(false);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (other != null) other.flush();
  }

  /// What waited to be written here has gone: the other side may read again.
  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (other != null && ctx.channel().isWritable()) readAgain(other);
    ctx.fireChannelWritabilityChanged();
  }

  /// A channel whose input has ended has left epoll: to read from it would fail, and close it
  /// before all that it said is written.
  static void readAgain(Channel channel) {
    if (!((DuplexChannel) channel).isInputShutdown()) channel.config().setAutoRead(true);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE && other != null) passEnd(ctx.channel(), other);
  }

  /// After everything that was read before.
  private static void passEnd(Channel from, Channel to) {
    to.writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(_ -> {
          ((DuplexChannel) to).shutdownOutput();
          if (((DuplexChannel) to).isInputShutdown()) {
            from.close();
            to.close();
          }
        });
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (other != null)
      other.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
