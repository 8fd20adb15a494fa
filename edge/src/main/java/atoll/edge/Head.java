package atoll.edge;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/// Scratch space of one event loop that holds the head of one message at a time: its start line and
/// its fields as spans.
///
/// Strict on purpose, since what two parsers read differently can be used to smuggle: lines end in
/// CRLF, names are tokens directly before the colon, no folded lines, no control characters. (RFC
/// 9112, sections 2.2, 5.1, 5.2.)
final class Head {
  static final int LONGEST = 64 << 10;
  private static final int MOST_FIELDS = 256;
  private static final int SPAN = 5;

  private final byte[] bytes = new byte[LONGEST];
  private final int[] spans = new int[MOST_FIELDS * SPAN];
  private final FieldName[] names = new FieldName[MOST_FIELDS];
  private int count;
  private int startLineEnd;

  /// The length of the head that begins at the reader index, blank line included, or -1 while its
  /// end is not there yet.
  ///
  /// @param scanned bytes of it that an earlier call has looked at
  static int lengthIn(ByteBuf in, int scanned) throws BadMessage {
    int start = in.readerIndex();
    int end = in.writerIndex();
    for (int lf = in.indexOf(start + scanned, end, (byte) '\n');
        lf >= 0;
        lf = in.indexOf(lf + 1, end, (byte) '\n')) {
      if (lf == start || in.getByte(lf - 1) != '\r')
        throw BadMessage.of("a line of the head does not end in CR LF");
      if (lf - 3 >= start && in.getByte(lf - 2) == '\n') return within(lf + 1 - start);
    }
    within(end - start);
    return -1;
  }

  private static int within(int length) throws BadMessage {
    if (length > LONGEST)
      throw new BadMessage(431, "the head of the message is longer than " + LONGEST + " bytes");
    return length;
  }

  /// Takes `length` bytes, a complete head, out of `in`.
  void load(ByteBuf in, int length) throws BadMessage {
    in.readBytes(bytes, 0, length);
    count = 0;
    startLineEnd = endOfText(0);
    int at = startLineEnd + 2;
    while (at < length - 2) at = field(at);
  }

  private int field(int at) throws BadMessage {
    if (count == MOST_FIELDS)
      throw new BadMessage(431, "more than " + MOST_FIELDS + " header fields");
    int nameEnd = at;
    while (Ascii.token(bytes[nameEnd])) nameEnd++;
    if (nameEnd == at || bytes[nameEnd] != ':') throw BadMessage.of("malformed header field");
    int valueStart = nameEnd + 1;
    while (Ascii.blank(bytes[valueStart])) valueStart++;
    int lineEnd = endOfText(valueStart);
    int valueEnd = lineEnd;
    while (valueEnd > valueStart && Ascii.blank(bytes[valueEnd - 1])) valueEnd--;
    names[count] = FieldName.of(bytes, at, nameEnd);
    record(at, nameEnd, valueStart, valueEnd, lineEnd + 2);
    return lineEnd + 2;
  }

  private void record(int nameStart, int nameEnd, int valueStart, int valueEnd, int next) {
    int base = count++ * SPAN;
    spans[base] = nameStart;
    spans[base + 1] = nameEnd;
    spans[base + 2] = valueStart;
    spans[base + 3] = valueEnd;
    spans[base + 4] = next;
  }

  /// The index of the CR that ends this line. Safe without a bound: every head ends in CR LF CR LF.
  private int endOfText(int at) throws BadMessage {
    while (Ascii.text(bytes[at])) at++;
    if (bytes[at] != '\r' || bytes[at + 1] != '\n')
      throw BadMessage.of("control character in the head");
    return at;
  }

  byte[] bytes() {
    return bytes;
  }

  int startLineEnd() {
    return startLineEnd;
  }

  int count() {
    return count;
  }

  FieldName name(int field) {
    return names[field];
  }

  int valueStart(int field) {
    return spans[field * SPAN + 2];
  }

  int valueEnd(int field) {
    return spans[field * SPAN + 3];
  }

  String value(int field) {
    return text(valueStart(field), valueEnd(field));
  }

  boolean valueIs(int field, byte[] lower) {
    return Ascii.equalsIgnoreCase(bytes, valueStart(field), valueEnd(field), lower);
  }

  String text(int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }

  /// Writes all fields but those of one hop and those in `dropped` (lower case), without the blank
  /// line.
  void copyFields(ByteBuf out, Set<String> dropped, boolean keepUpgrade) {
    int from = startLineEnd + 2;
    for (int i = 0; i < count; i++) {
      if (travels(i, dropped, keepUpgrade)) continue;
      out.writeBytes(bytes, from, spans[i * SPAN] - from);
      from = spans[i * SPAN + 4];
    }
    int end = count == 0 ? from : spans[(count - 1) * SPAN + 4];
    out.writeBytes(bytes, from, end - from);
  }

  private boolean travels(int field, Set<String> dropped, boolean keepUpgrade) {
    FieldName name = names[field];
    if (name == FieldName.UPGRADE && keepUpgrade) return true;
    if (name.hopByHop()) return false;
    return dropped.isEmpty() || name.vital() || !dropped.contains(lowerName(field));
  }

  private String lowerName(int field) {
    return text(spans[field * SPAN], spans[field * SPAN + 1]).toLowerCase(java.util.Locale.ROOT);
  }
}
