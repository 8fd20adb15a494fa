package atoll.protocol.http;

import java.io.IOException;
import java.io.InputStream;

/// A body in chunks, RFC 9112 section 7.1. Trailer fields are read and dropped.
final class ChunkedInput extends InputStream {
  private static final int LINE_LIMIT = 4096;
  private static final int TRAILER_LIMIT = 64 * 1024;

  private final WireInput in;
  private long left;
  private boolean first = true;
  private boolean ended;

  ChunkedInput(WireInput in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) return 0;
    if (ended || left == 0 && !nextChunk()) return -1;
    int count = in.read(into, offset, (int) Math.min(length, left));
    if (count < 0) throw new HttpException(400, "the body ends early");
    left -= count;
    return count;
  }

  private boolean nextChunk() throws IOException {
    if (!first && !line().isEmpty()) throw new HttpException(400, "malformed chunk end");
    first = false;
    left = size(line());
    if (left > 0) return true;
    ended = true;
    HttpHeaders.read(in, TRAILER_LIMIT);
    return false;
  }

  private String line() throws IOException {
    String line = in.line(LINE_LIMIT);
    if (line == null) throw new HttpException(400, "the body ends early");
    return line;
  }

  private static long size(String line) throws HttpException {
    int stop = line.indexOf(';');
    String digits = (stop < 0 ? line : line.substring(0, stop)).strip();
    if (digits.isEmpty() || digits.length() > 15)
      throw new HttpException(400, "malformed chunk size");
    long size = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = Character.digit(digits.charAt(i), 16);
      if (digit < 0 || digits.charAt(i) > 'f') throw new HttpException(400, "malformed chunk size");
      size = size << 4 | digit;
    }
    return size;
  }
}
