package atoll.template.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Decoder of LZ4's legacy frames, in which distributions pack their kernels.
///
/// Format: a magic number, then blocks of a 32-bit length and an LZ4 block, each at most 8 MiB
/// unpacked. Source: the LZ4 project's `lz4_Frame_format` (legacy frame) and `lz4_Block_format`.
final class Lz4Legacy {
  static final int MAGIC = 0x184C2102;
  private static final int SHORTEST_MATCH = 4;

  private final ByteBuffer in;
  private final byte[] out;
  private int at;

  private Lz4Legacy(ByteBuffer in, byte[] out) {
    this.in = in;
    this.out = out;
  }

  /// Unpacks at most `size` bytes.
  static byte[] decode(ByteBuffer packed, int size) throws IOException {
    ByteBuffer in = packed.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    if (in.remaining() < 4 || in.getInt() != MAGIC)
      throw new IOException("not an LZ4 legacy frame");
    var decoder = new Lz4Legacy(in, new byte[size]);
    try {
      while (in.remaining() >= 4 && decoder.at < size) decoder.block(in.getInt());
    } catch (IndexOutOfBoundsException | java.nio.BufferUnderflowException e) {
      throw new IOException("damaged LZ4 data", e);
    }
    return decoder.at == size ? decoder.out : Arrays.copyOf(decoder.out, decoder.at);
  }

  private void block(int length) throws IOException {
    int end = in.position() + length;
    if (length < 0 || end > in.limit()) throw new IOException("LZ4 block reaches beyond its frame");
    while (in.position() < end) {
      int token = in.get() & 0xff;
      literals(length(token >>> 4));
      if (in.position() < end) match(in.getShort() & 0xffff, length(token & 15) + SHORTEST_MATCH);
    }
  }

  private int length(int nibble) {
    int length = nibble;
    if (nibble == 15) {
      int more;
      do {
        more = in.get() & 0xff;
        length += more;
      } while (more == 255);
    }
    return length;
  }

  private void literals(int length) {
    in.get(out, at, length);
    at += length;
  }

  /// Byte by byte where source and target overlap: a repeated pattern is written that way.
  private void match(int distance, int length) throws IOException {
    int from = at - distance;
    if (distance == 0 || from < 0) throw new IOException("LZ4 match before the start");
    if (distance >= length) System.arraycopy(out, from, out, at, length);
    else for (int i = 0; i < length; i++) out[at + i] = out[from + i];
    at += length;
  }
}
