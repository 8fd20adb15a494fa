package atoll.node.egress.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/// Reads the `Host` of an HTTP/1 connection's first request, RFC 9112 section 3.2, and keeps the
/// bytes for whoever comes next.
///
/// A request without exactly one host, or with a head of more than 16 KiB, has no name.
final class HttpName extends ByteToMessageDecoder {
  private static final int LONGEST_HEAD = 16 * 1024;
  private static final String FIELD = "host:";

  private final Consumer<String> named;
  private boolean told;

  HttpName(Consumer<String> named) {
    this.named = named;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (told) return;
    int length = Math.min(in.readableBytes(), LONGEST_HEAD);
    String head = in.toString(in.readerIndex(), length, StandardCharsets.ISO_8859_1);
    int end = head.indexOf("\r\n\r\n");
    if (end < 0 && in.readableBytes() < LONGEST_HEAD) return;
    told = true;
    named.accept(end < 0 ? null : host(head.substring(0, end)));
  }

  /// Null unless there is exactly one.
  static String host(String head) {
    String found = null;
    for (String line : head.split("\r\n", -1)) {
      if (!line.toLowerCase(Locale.ROOT).startsWith(FIELD)) continue;
      if (found != null) return null;
      found = line.substring(FIELD.length()).strip();
    }
    if (found == null) return null;
    int colon = found.indexOf(':');
    return colon < 0 ? found : found.substring(0, colon);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
