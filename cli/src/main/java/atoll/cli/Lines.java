package atoll.cli;

import atoll.cli.report.Table;
import atoll.core.json.Json;
import java.util.Map;

/// A JSON object as indented `name value` lines for people.
final class Lines {
  private static final int WIDTH = 16;

  private Lines() {}

  static String of(Json.Obj object) {
    var out = new StringBuilder();
    add(object, "", out);
    return out.toString();
  }

  private static void add(Json.Obj object, String indent, StringBuilder out) {
    for (Map.Entry<String, Json> member : object.members().entrySet()) {
      out.append(indent).append(member.getKey());
      if (member.getValue() instanceof Json.Obj inner) {
        out.append('\n');
        add(inner, indent + "  ", out);
      } else {
        int gap = Math.max(1, WIDTH - member.getKey().length());
        out.repeat(' ', gap).append(words(member.getValue())).append('\n');
      }
    }
  }

  private static String words(Json value) {
    return switch (value) {
      case Json.Text(String text) -> Table.printable(text);
      case Json.Null() -> "-";
      case Json other -> Table.printable(other.toString());
    };
  }
}
