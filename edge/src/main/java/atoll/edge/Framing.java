package atoll.edge;

import io.netty.buffer.ByteBuf;

/// Where the body of one message ends: counts bytes, follows chunks, or runs to the end of the
/// connection.
///
/// Never changes or copies a byte. Used again for each message of a connection.
final class Framing {
  static final long CHUNKED = -1;
  static final long UNTIL_CLOSE = -3;

  private final Chunks chunks = new Chunks();
  private long left;

  /// @param length bytes, [#CHUNKED] or [#UNTIL_CLOSE]
  void begin(long length) {
    left = length;
    if (length == CHUNKED) chunks.begin();
  }

  /// How many of the readable bytes belong to the body; counts them as taken.
  int take(ByteBuf in) throws BadMessage {
    int readable = in.readableBytes();
    if (left == UNTIL_CLOSE) return readable;
    if (left == CHUNKED) return chunks.take(in);
    int taken = (int) Math.min(left, readable);
    left -= taken;
    return taken;
  }

  boolean complete() {
    return left == CHUNKED ? chunks.complete() : left == 0;
  }

  boolean untilClose() {
    return left == UNTIL_CLOSE;
  }

  /// Bytes still to come, or [Long#MAX_VALUE] where nobody knows.
  long left() {
    return left < 0 && !complete() ? Long.MAX_VALUE : Math.max(0, left);
  }
}
