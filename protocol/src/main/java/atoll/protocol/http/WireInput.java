package atoll.protocol.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// A buffered reader of one connection: lines of a head, then bytes of a body, from one buffer.
///
/// For one thread. Bulk reads bypass the buffer when it is empty.
public final class WireInput extends InputStream {
  private static final int BUFFER = 8192;

  /// Asked before a long line takes more memory; throws to refuse it.
  public interface Growth {
    void grow(int bytes) throws IOException;
  }

  private final InputStream in;
  private byte[] buffer = new byte[BUFFER];
  private Growth growth;
  private int at;
  private int end;

  public WireInput(InputStream in) {
    this.in = in;
  }

  /// Sets who is asked, or nobody with null.
  public void onGrowth(Growth asked) {
    growth = asked;
  }

  /// The next line without its CRLF or LF, as Latin-1; null if the stream ended before its first
  /// byte.
  ///
  /// @param limit bytes that the line may take; more is refused with 431
  public String line(int limit) throws IOException {
    int scanned = 0;
    while (true) {
      for (int i = at + scanned; i < end; i++) {
        if (buffer[i] == '\n') return cut(i);
      }
      scanned = end - at;
      if (scanned > limit) throw new HttpException(431, "the head is too large");
      if (!more()) {
        if (scanned == 0) return null;
        throw new HttpException(400, "the head ends early");
      }
    }
  }

  private String cut(int newline) {
    int stop = newline > at && buffer[newline - 1] == '\r' ? newline - 1 : newline;
    var text = new String(buffer, at, stop - at, StandardCharsets.ISO_8859_1);
    at = newline + 1;
    return text;
  }

  /// Appends to the buffer; false at the end of the stream.
  private boolean more() throws IOException {
    if (at == end) empty();
    if (end == buffer.length) {
      if (at == 0 && growth != null) growth.grow(buffer.length * 2);
      byte[] target = at > 0 ? buffer : new byte[buffer.length * 2];
      System.arraycopy(buffer, at, target, 0, end - at);
      buffer = target;
      end -= at;
      at = 0;
    }
    int count = in.read(buffer, end, buffer.length - end);
    if (count <= 0) return false;
    end += count;
    return true;
  }

  /// A buffer that grew for one long line is not kept for the life of the connection.
  private void empty() {
    at = end = 0;
    if (buffer.length > BUFFER) buffer = new byte[BUFFER];
  }

  @Override
  public int read() throws IOException {
    if (at == end && !more()) return -1;
    return buffer[at++] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (length == 0) return 0;
    if (at == end) return in.read(into, offset, length);
    int count = Math.min(length, end - at);
    System.arraycopy(buffer, at, into, offset, count);
    at += count;
    return count;
  }

  @Override
  public int available() {
    return end - at;
  }
}
