package atoll.agent.guest;

import java.nio.charset.StandardCharsets;

/// Compares secrets.
///
/// Not by [java.security.MessageDigest#isEqual]: the first use of that class loads it, its provider
/// machinery and their settings, and in a clone the first use is the first request.
public final class Secrets {
  private Secrets() {}

  /// Takes as long for any `shown` of one length, however much of it is right.
  public static boolean same(String wanted, String shown) {
    byte[] right = wanted.getBytes(StandardCharsets.UTF_8);
    byte[] other = shown.getBytes(StandardCharsets.UTF_8);
    int difference = right.length ^ other.length;
    for (int i = 0; i < other.length; i++)
      difference |= other[i] ^ (right.length == 0 ? 0 : right[i % right.length]);
    return difference == 0;
  }
}
