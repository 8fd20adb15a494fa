package atoll.agent.files;

import atoll.protocol.http.HttpException;
import atoll.protocol.http.HttpHeaders;
import atoll.protocol.http.WireInput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Takes a `multipart/form-data` body apart while it arrives, RFC 2046 section 5.1. For one thread.
///
/// A part's body must be read to its end, or [#next()] skips the rest of it.
final class MultipartReader {
  private static final int HEAD_LIMIT = 64 * 1024;
  private static final int BUFFER = 64 * 1024;

  private final InputStream in;
  private final byte[] delimiter;
  private final int[] skips;
  private byte[] buffer = new byte[BUFFER];
  private int at;
  private int end;
  private boolean inPart;
  private boolean finished;

  MultipartReader(InputStream in, String boundary) {
    this.in = in;
    this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
    this.skips = skips(delimiter);
    // The first delimiter has no line break before it: pretend one.
    buffer[0] = '\r';
    buffer[1] = '\n';
    end = 2;
    inPart = true;
  }

  /// How far the search may move on by the byte under the pattern's end (Horspool).
  private static int[] skips(byte[] pattern) {
    int[] table = new int[256];
    Arrays.fill(table, pattern.length);
    for (int i = 0; i < pattern.length - 1; i++) table[pattern[i] & 0xff] = pattern.length - 1 - i;
    return table;
  }

  /// The head of the next part, or null after the last one.
  HttpHeaders next() throws IOException {
    if (finished) return null;
    byte[] waste = new byte[4096];
    while (inPart && read(waste, 0, waste.length) >= 0) {
      // a preamble, or the rest of a part that nobody wanted
    }
    if (afterDelimiter()) {
      finished = true;
      return null;
    }
    inPart = true;
    return HttpHeaders.read(new WireInput(oneByOne()), HEAD_LIMIT);
  }

  /// What follows a delimiter: two dashes close the body, else blanks and a line break.
  private boolean afterDelimiter() throws IOException {
    int first = one();
    if (first == '-' && one() == '-') return true;
    while (first == ' ' || first == '\t') first = one();
    if (first == '\r') first = one();
    if (first != '\n') throw new HttpException(400, "malformed multipart delimiter");
    return false;
  }

  /// A view that hands out single bytes, so that a reader of lines takes none of the part's body.
  private InputStream oneByOne() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        return one();
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        if (at == end && !more()) return -1;
        into[offset] = buffer[at++];
        return 1;
      }
    };
  }

  private int one() throws IOException {
    if (at == end && !more()) throw new HttpException(400, "multipart: unexpected end");
    return buffer[at++] & 0xff;
  }

  private boolean more() throws IOException {
    if (at > 0) {
      System.arraycopy(buffer, at, buffer, 0, end - at);
      end -= at;
      at = 0;
    }
    int count = in.read(buffer, end, buffer.length - end);
    if (count <= 0) return false;
    end += count;
    return true;
  }

  /// The body of the part whose head [#next()] gave.
  InputStream body() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        return MultipartReader.this.read(into, offset, length);
      }
    };
  }

  private int read(byte[] into, int offset, int length) throws IOException {
    if (!inPart) return -1;
    if (length == 0) return 0;
    while (true) {
      int start = find(at);
      int after = start + delimiter.length;
      while (start >= 0 && after < end && " \t\r\n-".indexOf(buffer[after]) < 0) {
        start = find(start + 1); // that was a longer word that begins like the boundary
        after = start + delimiter.length;
      }
      if (start >= 0 && after < end) return delimiterAt(start, into, offset, length);
      int safe = start >= 0 ? start : end - delimiter.length + 1;
      if (safe > at) return take(safe, into, offset, length);
      if (!more()) throw new HttpException(400, "multipart: unexpected end");
    }
  }

  /// Where the delimiter next lies whole in the buffer, or -1.
  private int find(int from) {
    int last = delimiter.length - 1;
    for (int i = from + last; i < end; i += skips[buffer[i] & 0xff]) {
      int matched = 0;
      while (matched <= last && buffer[i - matched] == delimiter[last - matched]) matched++;
      if (matched > last) return i - last;
    }
    return -1;
  }

  private int delimiterAt(int position, byte[] into, int offset, int length) {
    if (position > at) return take(position, into, offset, length);
    at += delimiter.length;
    inPart = false;
    return -1;
  }

  private int take(int stop, byte[] into, int offset, int length) {
    int count = Math.min(stop - at, length);
    System.arraycopy(buffer, at, into, offset, count);
    at += count;
    return count;
  }
}
