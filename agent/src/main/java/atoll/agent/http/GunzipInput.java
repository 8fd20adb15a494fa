package atoll.agent.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/// Decompresses gzip, RFC 1952: several members in a row are one content, and whatever is no member
/// is an error.
///
/// The JDK's own stream takes the end of what has arrived for the end of the content, so that a
/// member in the next packet is lost, and passes over what follows the last one. Owns no stream;
/// its memory is freed by [#close()]. For one thread.
public final class GunzipInput extends InputStream {
  private static final int BUFFER = 16 * 1024;
  private static final int DEFLATE = 8;
  private static final int HEADER_CHECK = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;

  private final InputStream in;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 check = new CRC32();
  private final byte[] buffer = new byte[BUFFER];
  private int at;
  private int end;
  private boolean inMember;
  private boolean ended;

  /// Reads the first header; throws [ZipException] or [EOFException] if there is none.
  public GunzipInput(InputStream in) throws IOException {
    this.in = in;
    try {
      if (!header()) throw new EOFException("no gzip header");
    } catch (IOException e) {
      inflater.end();
      throw e;
    }
  }

  private boolean more() throws IOException {
    int count = in.read(buffer, 0, buffer.length);
    at = 0;
    end = Math.max(count, 0);
    return count > 0;
  }

  private int one() throws IOException {
    if (at == end && !more()) throw new EOFException("the gzip content ends early");
    return buffer[at++] & 0xff;
  }

  /// Begins the next member; false at the end of the content.
  private boolean header() throws IOException {
    if (at == end && !more()) return false;
    if (one() != 0x1f || one() != 0x8b || one() != DEFLATE) throw new ZipException("not gzip");
    int flags = one();
    for (int i = 0; i < 6; i++) one();
    if ((flags & EXTRA) != 0) {
      int length = one() | one() << 8;
      for (int i = 0; i < length; i++) one();
    }
    if ((flags & NAME) != 0) skipText();
    if ((flags & COMMENT) != 0) skipText();
    if ((flags & HEADER_CHECK) != 0) one();
    if ((flags & HEADER_CHECK) != 0) one();
    inflater.reset();
    inflater.setInput(buffer, at, end - at);
    check.reset();
    inMember = true;
    return true;
  }

  private void skipText() throws IOException {
    while (one() != 0) {
      // up to its NUL
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) return 0;
    while (!ended) {
      int count = inMember ? inflate(into, offset, length) : 0;
      if (count > 0) return count;
      if (!inMember && !header()) ended = true;
    }
    return -1;
  }

  private int inflate(byte[] into, int offset, int length) throws IOException {
    try {
      int count = inflater.inflate(into, offset, length);
      check.update(into, offset, count);
      if (inflater.finished()) trailer();
      else if (inflater.needsDictionary()) throw new ZipException("a preset dictionary");
      else if (count == 0 && inflater.needsInput()) refill();
      return count;
    } catch (DataFormatException e) {
      throw new ZipException(e.getMessage() == null ? "corrupt gzip content" : e.getMessage());
    }
  }

  private void refill() throws IOException {
    if (!more()) throw new EOFException("the gzip content ends early");
    inflater.setInput(buffer, 0, end);
    at = end;
  }

  private void trailer() throws IOException {
    at = end - inflater.getRemaining();
    long crc = word();
    long size = word();
    if (crc != check.getValue() || size != (inflater.getBytesWritten() & 0xffff_ffffL))
      throw new ZipException("the gzip checksum does not match");
    inMember = false;
  }

  private long word() throws IOException {
    return one() | one() << 8 | one() << 16 | (long) one() << 24;
  }

  @Override
  public void close() {
    inflater.end();
  }
}
