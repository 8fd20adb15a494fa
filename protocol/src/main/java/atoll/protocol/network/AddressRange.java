package atoll.protocol.network;

import java.net.Inet4Address;

/// A network of IPv4 addresses, such as `203.0.113.0/24`.
///
/// @param first its lowest address as an unsigned 32-bit number; bits behind the prefix are cleared
/// @param length bits of the prefix, 0 to 32
public record AddressRange(long first, int length) {
  private static final int BITS = 32;

  /// Longer text is no address, whatever it holds.
  private static final int LONGEST_TEXT = 18;

  public AddressRange {
    if (length < 0 || length > BITS)
      throw new IllegalArgumentException("a prefix has 0 to 32 bits: " + length);
    first &= mask(length);
  }

  /// Reads an address or a CIDR.
  ///
  /// @throws IllegalArgumentException saying what is wrong with it
  public static AddressRange parse(String text) {
    if (text.indexOf(':') >= 0)
      throw new IllegalArgumentException("IPv6 is not routed, only IPv4 is");
    if (text.length() > LONGEST_TEXT)
      throw new IllegalArgumentException("not an IPv4 address or CIDR");
    int slash = text.indexOf('/');
    int length = slash < 0 ? BITS : number(text.substring(slash + 1), BITS);
    return new AddressRange(address(slash < 0 ? text : text.substring(0, slash)), length);
  }

  /// Whether the text can only be meant as an address, so that it must not be taken for a name.
  public static boolean looksLike(String text) {
    int dot = text.lastIndexOf('.');
    String last = text.substring(dot + 1);
    return text.indexOf('/') >= 0
        || text.indexOf(':') >= 0
        || (!last.isEmpty() && last.chars().allMatch(c -> c >= '0' && c <= '9'));
  }

  private static long address(String text) {
    String[] octets = text.split("\\.", -1);
    if (octets.length != 4) throw new IllegalArgumentException("an IPv4 address has four octets");
    long bits = 0;
    for (String octet : octets) bits = bits << 8 | number(octet, 255);
    return bits;
  }

  /// Decimal without sign and leading zeros, which some programs read as octal.
  private static int number(String text, int most) {
    boolean plain =
        !text.isEmpty()
            && text.length() <= 3
            && text.chars().allMatch(c -> c >= '0' && c <= '9')
            && (text.length() == 1 || text.charAt(0) != '0');
    int value = plain ? Integer.parseInt(text) : most + 1;
    if (value > most)
      throw new IllegalArgumentException("'" + text + "' is not a number from 0 to " + most);
    return value;
  }

  private static long mask(int length) {
    return length == 0 ? 0 : 0xffff_ffffL << (BITS - length) & 0xffff_ffffL;
  }

  /// The highest address in it.
  public long last() {
    return first | ~mask(length) & 0xffff_ffffL;
  }

  public boolean contains(Inet4Address address) {
    long bits = Integer.toUnsignedLong(bits(address));
    return bits >= first && bits <= last();
  }

  private static int bits(Inet4Address address) {
    int bits = 0;
    for (byte b : address.getAddress()) bits = bits << 8 | b & 0xff;
    return bits;
  }

  /// Dotted decimals of an unsigned 32-bit number.
  public static String dotted(long address) {
    return (address >>> 24 & 255)
        + "."
        + (address >>> 16 & 255)
        + "."
        + (address >>> 8 & 255)
        + "."
        + (address & 255);
  }

  /// A plain address without its `/32`.
  @Override
  public String toString() {
    return length == BITS ? dotted(first) : dotted(first) + "/" + length;
  }
}
