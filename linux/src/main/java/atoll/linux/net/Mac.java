package atoll.linux.net;

import java.util.HexFormat;

/// An Ethernet address, written `02:FC:00:00:00:06`. The 48 bits are in the low part, first byte
/// highest.
public record Mac(long bits) {
  private static final int BYTES = 6;
  private static final HexFormat FORM = HexFormat.ofDelimiter(":").withUpperCase();

  public Mac {
    if (bits >>> (8 * BYTES) != 0) throw new IllegalArgumentException("a MAC address has 48 bits");
  }

  public static Mac parse(String text) {
    return of(FORM.parseHex(text));
  }

  static Mac of(byte[] bytes) {
    if (bytes.length != BYTES) throw new IllegalArgumentException("a MAC address has 6 bytes");
    long bits = 0;
    for (byte b : bytes) bits = bits << 8 | (b & 0xff);
    return new Mac(bits);
  }

  byte[] bytes() {
    var bytes = new byte[BYTES];
    for (int i = 0; i < BYTES; i++) bytes[i] = (byte) (bits >>> (8 * (BYTES - 1 - i)));
    return bytes;
  }

  @Override
  public String toString() {
    return FORM.formatHex(bytes());
  }
}
