package atoll.agent.files;

import java.util.ArrayList;
import java.util.List;

/// A part of a file that a client asked for.
///
/// @param start first byte
record ByteRange(long start, long length) {
  private static final int MOST_RANGES = 64;

  /// None of the ranges lies in the file, or the header is malformed.
  static final class BadRangeException extends Exception {
    private final boolean outside;

    BadRangeException(boolean outside) {
      super(outside ? "invalid range: failed to overlap" : "invalid range", null, false, false);
      this.outside = outside;
    }

    /// Whether the header was fine and the file too short.
    boolean outside() {
      return outside;
    }
  }

  /// The ranges of a Range header; none for the whole file.
  static List<ByteRange> parse(String header, long size) throws BadRangeException {
    if (header == null) return List.of();
    if (!header.startsWith("bytes=")) throw new BadRangeException(false);
    var ranges = new ArrayList<ByteRange>();
    boolean outside = false;
    for (String item : header.substring(6).split(",")) {
      String text = item.strip();
      if (text.isEmpty()) continue;
      ByteRange range = one(text, size);
      if (range == null) outside = true;
      else ranges.add(range);
    }
    if (ranges.isEmpty() && outside) throw new BadRangeException(true);
    if (ranges.size() > MOST_RANGES) return List.of();
    return total(ranges) > size ? List.of() : ranges;
  }

  private static long total(List<ByteRange> ranges) {
    long total = 0;
    for (ByteRange range : ranges) total += range.length;
    return total;
  }

  private static ByteRange one(String text, long size) throws BadRangeException {
    int dash = text.indexOf('-');
    if (dash < 0) throw new BadRangeException(false);
    String from = text.substring(0, dash).strip();
    String to = text.substring(dash + 1).strip();
    if (from.isEmpty()) {
      long last = Math.min(number(to), size);
      return new ByteRange(size - last, last);
    }
    long start = number(from);
    if (start >= size) return size == 0 && to.isEmpty() ? null : outside(start, to);
    if (to.isEmpty()) return new ByteRange(start, size - start);
    long end = number(to);
    if (end < start) throw new BadRangeException(false);
    return new ByteRange(start, Math.min(end, size - 1) - start + 1);
  }

  private static ByteRange outside(long start, String to) throws BadRangeException {
    if (!to.isEmpty() && number(to) < start) throw new BadRangeException(false);
    return null;
  }

  private static long number(String text) throws BadRangeException {
    if (text.isEmpty() || text.length() > 18) throw new BadRangeException(false);
    long value = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) throw new BadRangeException(false);
      value = value * 10 + digit;
    }
    return value;
  }

  String contentRange(long size) {
    return "bytes " + start + "-" + (start + length - 1) + "/" + size;
  }
}
