package atoll.agent.http;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/// The parameters of a request's query, decoded. A parameter given twice is refused by whoever
/// needs it.
public final class Query {
  private final Map<String, String> values = new HashMap<>();
  private final Map<String, Integer> counts = new HashMap<>();

  public Query(String text) {
    if (text == null || text.isEmpty()) return;
    for (String pair : text.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = decode(equals < 0 ? pair : pair.substring(0, equals));
      values.putIfAbsent(name, equals < 0 ? "" : decode(pair.substring(equals + 1)));
      counts.merge(name, 1, Integer::sum);
    }
  }

  /// The value, empty text included, or null if absent.
  public String get(String name) {
    return values.get(name);
  }

  public boolean repeated(String name) {
    return counts.getOrDefault(name, 0) > 1;
  }

  /// Percent and plus decoding; a broken escape stays as it is.
  public static String decode(String text) {
    if (text.indexOf('%') < 0 && text.indexOf('+') < 0) return utf8(text);
    byte[] bytes = new byte[text.length()];
    int count = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int code =
          c == '%' && i + 2 < text.length() ? hex(text.charAt(i + 1), text.charAt(i + 2)) : -1;
      if (code >= 0) i += 2;
      bytes[count++] = (byte) (code >= 0 ? code : c == '+' ? ' ' : c);
    }
    return new String(bytes, 0, count, StandardCharsets.UTF_8);
  }

  private static String utf8(String latin) {
    for (int i = 0; i < latin.length(); i++) {
      if (latin.charAt(i) > 0x7f) {
        return new String(latin.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
      }
    }
    return latin;
  }

  private static int hex(char high, char low) {
    int a = Character.digit(high, 16);
    int b = Character.digit(low, 16);
    return a < 0 || b < 0 ? -1 : a << 4 | b;
  }
}
