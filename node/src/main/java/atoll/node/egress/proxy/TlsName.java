package atoll.node.egress.proxy;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.util.concurrent.Future;
import java.util.function.Consumer;

/// Reads the server name of a TLS connection's first message, RFC 6066 section 3, and keeps the
/// bytes for whoever comes next. Anything else than TLS with a name ends the connection.
final class TlsName extends AbstractSniHandler<Void> {
  /// Twice what browsers send with post-quantum keys.
  private static final int LONGEST_HELLO = 16 * 1024;

  private final Consumer<String> named;

  TlsName(Consumer<String> named) {
    super(LONGEST_HELLO, 0);
    this.named = named;
  }

  @Override
  protected Future<Void> lookup(ChannelHandlerContext ctx, String host) {
    return ctx.executor().newSucceededFuture(null);
  }

  @Override
  protected void onLookupComplete(ChannelHandlerContext ctx, String host, Future<Void> done) {
    named.accept(host);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
