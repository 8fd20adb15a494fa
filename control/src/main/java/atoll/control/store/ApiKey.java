package atoll.control.store;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// A team's secret: `e2b_` and an even number of hex digits, 40 when made here. Stored only as a
/// hash.
public record ApiKey(String value) {
  static final String PREFIX = "e2b_";
  private static final int BYTES = 20;
  private static final int LONGEST = 256;

  /// `random` must be cryptographically strong.
  public static ApiKey next(RandomGenerator random) {
    var bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return new ApiKey(PREFIX + HexFormat.of().formatHex(bytes));
  }

  /// Empty unless `text` has the form of a key.
  public static Optional<ApiKey> parse(String text) {
    if (text == null || text.length() > LONGEST || !text.startsWith(PREFIX))
      return Optional.empty();
    String digits = text.substring(PREFIX.length());
    boolean hex = digits.chars().allMatch(HexFormat::isHexDigit);
    return hex && !digits.isEmpty() && digits.length() % 2 == 0
        ? Optional.of(new ApiKey(text))
        : Optional.empty();
  }

  /// `$sha256$` and the unpadded base64 of SHA-256 over the decoded bytes.
  public String hash() {
    byte[] secret = HexFormat.of().parseHex(digits());
    return "$sha256$" + Base64.getEncoder().withoutPadding().encodeToString(sha256(secret));
  }

  String digits() {
    return value.substring(PREFIX.length());
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return "ApiKey[hidden]";
  }
}
