package atoll.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/// Joins and lets go of what was read and not yet used.
final class Buffers {
  private Buffers() {}

  /// `more` behind `held`, which may be null; both are owned by the result.
  static ByteBuf append(ByteBufAllocator buffers, ByteBuf held, ByteBuf more) {
    if (held == null) return dropIfEmpty(more);
    int length = held.readableBytes() + more.readableBytes();
    boolean fits =
        held.refCnt() == 1 && !held.isReadOnly() && held.writableBytes() >= more.readableBytes();
    ByteBuf joined = fits ? held : buffers.ioBuffer(Math.max(length, 2 * held.readableBytes()));
    if (!fits) {
      joined.writeBytes(held);
      held.release();
    }
    joined.writeBytes(more);
    more.release();
    return joined;
  }

  static ByteBuf dropIfEmpty(ByteBuf held) {
    return held == null || held.isReadable() ? held : drop(held);
  }

  static ByteBuf drop(ByteBuf held) {
    if (held != null) held.release();
    return null;
  }
}
