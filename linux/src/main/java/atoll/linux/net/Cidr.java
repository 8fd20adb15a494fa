package atoll.linux.net;

import java.net.Inet4Address;

/// An IPv4 address with the length of its network, such as `169.254.0.22/30`.
public record Cidr(Inet4Address address, int length) {
  private static final int LONGEST = 32;

  public Cidr {
    if (length < 0 || length > LONGEST)
      throw new IllegalArgumentException("a prefix has 0 to 32 bits: " + length);
  }

  public static Cidr parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) throw new IllegalArgumentException("address/length expected: " + text);
    return new Cidr(
        Inet4Address.ofLiteral(text.substring(0, slash)),
        Integer.parseInt(text.substring(slash + 1)));
  }

  @Override
  public String toString() {
    return address.getHostAddress() + "/" + length;
  }
}
