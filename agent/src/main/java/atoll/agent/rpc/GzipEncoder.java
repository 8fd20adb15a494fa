package atoll.agent.rpc;

import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/// Compresses messages, each into a gzip member of its own, with one compressor. For one thread at
/// a time.
final class GzipEncoder implements AutoCloseable {
  private static final int HEAD = 10;
  private static final int TAIL = 8;

  private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
  private final CRC32 check = new CRC32();
  private byte[] out = new byte[1024];
  private int length;

  /// Compresses `count` bytes; [#bytes()] and [#length()] are the result, up to the next call.
  GzipEncoder encode(byte[] from, int count) {
    deflater.reset();
    deflater.setInput(from, 0, count);
    deflater.finish();
    Arrays.fill(out, 0, HEAD, (byte) 0);
    out[0] = 0x1f;
    out[1] = (byte) 0x8b;
    out[2] = 8;
    out[9] = (byte) 0xff;
    length = HEAD;
    while (!deflater.finished()) {
      if (out.length - length < 512) out = Arrays.copyOf(out, out.length * 2);
      length += deflater.deflate(out, length, out.length - length);
    }
    if (out.length - length < TAIL) out = Arrays.copyOf(out, out.length + TAIL);
    check.reset();
    check.update(from, 0, count);
    word(check.getValue());
    word(count);
    return this;
  }

  private void word(long value) {
    for (int shift = 0; shift < 32; shift += 8) out[length++] = (byte) (value >>> shift);
  }

  byte[] bytes() {
    return out;
  }

  int length() {
    return length;
  }

  @Override
  public void close() {
    deflater.end();
  }
}
