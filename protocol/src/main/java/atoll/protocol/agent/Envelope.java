package atoll.protocol.agent;

import atoll.protocol.http.HttpException;
import java.io.IOException;
import java.io.InputStream;

/// One message of a Connect stream: a flag byte, a big-endian length, the payload.
///
/// @param end whether this is the stream's last message, whose payload is always JSON
public record Envelope(boolean end, byte[] payload) {
  private static final int END = 2;
  private static final int HEAD = 5;

  /// The bytes of an ordinary message.
  public static byte[] of(byte[] payload) {
    byte[] bytes = new byte[HEAD + payload.length];
    head(bytes, 0, payload.length);
    System.arraycopy(payload, 0, bytes, HEAD, payload.length);
    return bytes;
  }

  private static void head(byte[] bytes, int flags, int length) {
    bytes[0] = (byte) flags;
    bytes[1] = (byte) (length >>> 24);
    bytes[2] = (byte) (length >>> 16);
    bytes[3] = (byte) (length >>> 8);
    bytes[4] = (byte) length;
  }

  /// The next message, or null at the end of the body. One longer than `limit` bytes is refused
  /// before it is read.
  public static Envelope read(InputStream in, int limit) throws IOException {
    byte[] head = in.readNBytes(HEAD);
    if (head.length == 0) return null;
    if (head.length < HEAD) throw new HttpException(502, "the stream ends inside a message");
    if ((head[0] & ~END) != 0) throw new HttpException(502, "unexpected flags in a stream");
    long length =
        (head[1] & 0xffL) << 24 | (head[2] & 0xff) << 16 | (head[3] & 0xff) << 8 | (head[4] & 0xff);
    if (length > limit) throw new HttpException(502, "a message of " + length + " bytes");
    byte[] payload = in.readNBytes((int) length);
    if (payload.length < length) throw new HttpException(502, "the stream ends inside a message");
    return new Envelope(head[0] == END, payload);
  }
}
