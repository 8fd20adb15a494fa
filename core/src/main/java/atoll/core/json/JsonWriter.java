package atoll.core.json;

import java.util.List;
import java.util.Map;

/// Writes JSON as compact text, or indented for people.
public final class JsonWriter {
  private static final String HEX = "0123456789abcdef";

  private JsonWriter() {}

  public static String write(Json value) {
    var out = new StringBuilder();
    write(value, out);
    return out.toString();
  }

  /// Two spaces a level, one member a line.
  public static String pretty(Json value) {
    var out = new StringBuilder();
    pretty(value, out, 0);
    return out.toString();
  }

  private static void write(Json value, StringBuilder out) {
    switch (value) {
      case Json.Obj(Map<String, Json> members) -> {
        out.append('{');
        boolean first = true;
        for (var member : members.entrySet()) {
          if (!first) out.append(',');
          first = false;
          quote(member.getKey(), out);
          out.append(':');
          write(member.getValue(), out);
        }
        out.append('}');
      }
      case Json.Arr(List<Json> items) -> {
        out.append('[');
        for (int i = 0; i < items.size(); i++) {
          if (i > 0) out.append(',');
          write(items.get(i), out);
        }
        out.append(']');
      }
      case Json.Text(String text) -> quote(text, out);
      case Json.Num(String literal) -> out.append(literal);
      case Json.Bool(boolean b) -> out.append(b);
      case Json.Null() -> out.append("null");
    }
  }

  private static void pretty(Json value, StringBuilder out, int level) {
    switch (value) {
      case Json.Obj(Map<String, Json> members) when !members.isEmpty() -> {
        out.append('{');
        boolean first = true;
        for (var member : members.entrySet()) {
          newLine(out, level + 1, first);
          first = false;
          quote(member.getKey(), out);
          out.append(": ");
          pretty(member.getValue(), out, level + 1);
        }
        newLine(out, level, true);
        out.append('}');
      }
      case Json.Arr(List<Json> items) when !items.isEmpty() -> {
        out.append('[');
        for (int i = 0; i < items.size(); i++) {
          newLine(out, level + 1, i == 0);
          pretty(items.get(i), out, level + 1);
        }
        newLine(out, level, true);
        out.append(']');
      }
      default -> write(value, out);
    }
  }

  private static void newLine(StringBuilder out, int level, boolean noComma) {
    if (!noComma) out.append(',');
    out.append('\n').repeat("  ", level);
  }

  /// Appends `text` as a JSON string. Lone surrogates become U+FFFD, so that the result is always
  /// valid UTF-8.
  public static void quote(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < 0x20) {
            out.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
          } else if (Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1))) {
            out.append(c).append(text.charAt(++i));
          } else {
            out.append(Character.isSurrogate(c) ? '\uFFFD' : c);
          }
        }
      }
    }
    out.append('"');
  }
}
