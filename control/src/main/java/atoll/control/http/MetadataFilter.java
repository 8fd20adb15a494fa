package atoll.control.http;

import java.util.LinkedHashMap;
import java.util.Map;

/// Reads the `metadata` parameter: an already decoded query value, which is a form of its own whose
/// names and values were encoded once more.
///
/// So each name and value is decoded three times between wire and filter.
final class MetadataFilter {
  private MetadataFilter() {}

  static Map<String, String> read(String value) {
    var pairs = new LinkedHashMap<String, String>();
    for (String pair : decoded(value).split("&", -1)) {
      String[] sides = pair.split("=", -1);
      if (sides.length != 2) throw bad();
      pairs.put(decoded(sides[0]), decoded(sides[1]));
    }
    return pairs;
  }

  private static String decoded(String text) {
    try {
      return Target.decode(text, true);
    } catch (Fault e) {
      throw bad();
    }
  }

  private static RuntimeException bad() {
    return Fields.invalid("metadata", "must be name=value pairs joined by &");
  }
}
