package atoll.control.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a request is aimed at: path segments, decoded one by one so that `%2F` stays inside its
/// segment, and the query.
///
/// Source: RFC 3986 sections 2.1 and 3.3; the query as `application/x-www-form-urlencoded`. Of a
/// name given twice the first counts.
record Target(List<String> segments, Map<String, String> query) {
  static Target parse(String uri) {
    String origin = withoutAuthority(uri);
    int mark = origin.indexOf('?');
    String path = mark < 0 ? origin : origin.substring(0, mark);
    if (!path.startsWith("/")) throw Fault.badRequest("the request target must begin with a slash");
    var segments = new ArrayList<String>();
    for (String raw : path.substring(1).split("/", -1)) segments.add(decode(raw, false));
    return new Target(
        List.copyOf(segments), mark < 0 ? Map.of() : query(origin.substring(mark + 1)));
  }

  /// Proxies are sent `http://host/path`.
  private static String withoutAuthority(String uri) {
    if (!uri.regionMatches(true, 0, "http://", 0, 7)) return uri;
    int slash = uri.indexOf('/', 7);
    return slash < 0 ? "/" : uri.substring(slash);
  }

  private static Map<String, String> query(String raw) {
    var query = new LinkedHashMap<String, String>();
    for (String pair : raw.split("&", -1)) {
      if (pair.isEmpty()) continue;
      int equals = pair.indexOf('=');
      String name = decode(equals < 0 ? pair : pair.substring(0, equals), true);
      query.putIfAbsent(name, equals < 0 ? "" : decode(pair.substring(equals + 1), true));
    }
    return query;
  }

  /// Percent-decodes; `form` also turns plus into blank. Refuses broken escapes, broken UTF-8 and
  /// NUL.
  static String decode(String raw, boolean form) {
    if (raw.indexOf('%') < 0 && raw.chars().allMatch(c -> c > 0 && c < 128))
      return form ? raw.replace('+', ' ') : raw;
    var bytes = ByteBuffer.allocate(raw.length() * 3);
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '%') {
        bytes.put(escaped(raw, i + 1));
        i += 2;
      } else {
        bytes.put(String.valueOf(form && c == '+' ? ' ' : c).getBytes(StandardCharsets.UTF_8));
      }
    }
    return text(bytes.flip());
  }

  private static byte escaped(String raw, int at) {
    if (at + 2 > raw.length()
        || !HexFormat.isHexDigit(raw.charAt(at))
        || !HexFormat.isHexDigit(raw.charAt(at + 1))) {
      throw Fault.badRequest("the request target holds a broken percent escape");
    }
    return (byte) HexFormat.fromHexDigits(raw, at, at + 2);
  }

  private static String text(ByteBuffer bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
      if (text.indexOf(0) < 0) return text;
    } catch (CharacterCodingException e) {
      throw Fault.badRequest("the request target is not UTF-8");
    }
    throw Fault.badRequest("the request target holds a NUL character");
  }

  Optional<String> parameter(String name) {
    return Optional.ofNullable(query.get(name)).filter(value -> !value.isEmpty());
  }
}
