package atoll.edge;

/// The character classes of RFC 9110 and comparison without regard to case.
final class Ascii {
  private static final boolean[] TOKEN = new boolean[256];
  private static final boolean[] TEXT = new boolean[256];

  static {
    for (int c = 0; c < 128; c++) {
      TOKEN[c] = Character.isLetterOrDigit(c) || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }
    for (int c = 0; c < 256; c++) TEXT[c] = c == '\t' || (c >= 0x20 && c != 0x7f);
  }

  private Ascii() {}

  /// `tchar`: may stand in a method or a field name.
  static boolean token(byte b) {
    return TOKEN[b & 0xff];
  }

  /// May stand in a field value: no control character but the tab.
  static boolean text(byte b) {
    return TEXT[b & 0xff];
  }

  static boolean blank(byte b) {
    return b == ' ' || b == '\t';
  }

  static int hex(byte b) {
    return b < 0 ? -1 : Character.digit(b, 16);
  }

  /// `lower` must be in lower case.
  static boolean equalsIgnoreCase(byte[] bytes, int from, int to, byte[] lower) {
    if (to - from != lower.length) return false;
    for (int i = 0; i < lower.length; i++) {
      byte b = bytes[from + i];
      if (b >= 'A' && b <= 'Z') b += 32;
      if (b != lower[i]) return false;
    }
    return true;
  }
}
