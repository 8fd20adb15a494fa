package atoll.agent.files;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// What a part's Content-Disposition says.
///
/// @param name of the form field; null if it has none
/// @param filename directories included; null if it has none
record FormPart(String name, String filename) {
  private static final FormPart NAMELESS = new FormPart(null, null);

  static FormPart of(String disposition) {
    if (disposition == null) return NAMELESS;
    String text = utf8(disposition);
    int semicolon = text.indexOf(';');
    String kind = (semicolon < 0 ? text : text.substring(0, semicolon)).strip();
    if (!kind.equalsIgnoreCase("form-data")) return NAMELESS;
    Map<String, String> parameters = new HashMap<>();
    if (semicolon >= 0 && !parse(text, semicolon, parameters)) return NAMELESS;
    String extended = parameters.get("filename*");
    String filename = extended == null ? parameters.get("filename") : extended(extended);
    return new FormPart(parameters.get("name"), filename);
  }

  private static String utf8(String latin) {
    return new String(latin.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  private static boolean parse(String text, int from, Map<String, String> into) {
    int at = from;
    while (at < text.length()) {
      at = skipBlanks(text, at + 1);
      if (at >= text.length()) return true;
      int equals = text.indexOf('=', at);
      if (equals < 0) return false;
      String name = text.substring(at, equals).strip().toLowerCase(Locale.ROOT);
      at = skipBlanks(text, equals + 1);
      var value = new StringBuilder();
      at =
          at < text.length() && text.charAt(at) == '"'
              ? quoted(text, at + 1, value)
              : token(text, at, value);
      if (at < 0 || into.putIfAbsent(name, value.toString()) != null) return false;
      at = skipBlanks(text, at);
      if (at < text.length() && text.charAt(at) != ';') return false;
    }
    return true;
  }

  private static int skipBlanks(String text, int at) {
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) at++;
    return at;
  }

  /// The index after the closing quote, or -1. A backslash escapes only a quote or a backslash:
  /// Windows paths have others.
  private static int quoted(String text, int at, StringBuilder into) {
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') return at;
      if (c == '\\' && at < text.length() && "\"\\".indexOf(text.charAt(at)) >= 0)
        c = text.charAt(at++);
      into.append(c);
    }
    return -1;
  }

  private static int token(String text, int at, StringBuilder into) {
    while (at < text.length() && " ;\t".indexOf(text.charAt(at)) < 0)
      into.append(text.charAt(at++));
    return at;
  }

  private static String extended(String value) {
    int second = value.indexOf('\'', value.indexOf('\'') + 1);
    String encoded = second < 0 ? value : value.substring(second + 1);
    return atoll.agent.http.Query.decode(encoded.replace("+", "%2B"));
  }
}
