package atoll.protocol.network;

import java.util.Locale;
import java.util.regex.Pattern;

/// A host name, or all names below one: `example.com`, `*.example.com`; `*` is every name.
///
/// A wildcard does not match the name it stands below. Names are ASCII and compared without regard
/// to case; others are written in punycode (RFC 3492).
///
/// @param text lower case, without a closing dot
public record DomainPattern(String text) {
  private static final int LONGEST = 253;
  private static final Pattern NAME =
      Pattern.compile(
          "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*+");

  public DomainPattern {
    boolean sound = text.equals("*") || isName(text.startsWith("*.") ? text.substring(2) : text);
    if (!sound) throw new IllegalArgumentException("not an address, CIDR or domain name");
  }

  /// @throws IllegalArgumentException saying what is wrong with it
  public static DomainPattern parse(String text) {
    if (text.length() > LONGEST + 2)
      throw new IllegalArgumentException("a domain name has at most " + LONGEST + " characters");
    return new DomainPattern(normal(text));
  }

  private static boolean isName(String text) {
    return text.length() <= LONGEST
        && NAME.matcher(text).matches()
        && !AddressRange.looksLike(text);
  }

  /// Whether a program that names `host` means this. Any text may be asked about.
  public boolean matches(String host) {
    String name = normal(host);
    if (!isName(name)) return false;
    if (text.equals("*")) return true;
    return text.startsWith("*.") ? name.endsWith(text.substring(1)) : name.equals(text);
  }

  private static String normal(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".") && !lower.equals("*.")
        ? lower.substring(0, lower.length() - 1)
        : lower;
  }

  @Override
  public String toString() {
    return text;
  }
}
