package atoll.doctor.evidence;

import atoll.core.json.Json;
import java.util.List;
import java.util.stream.Collectors;

/// A packet filter's rule in about the words that nft itself uses, from its JSON; what is not known
/// stays JSON.
final class RuleWords {
  private RuleWords() {}

  static String of(List<Json> statements) {
    return statements.stream()
        .map(s -> s instanceof Json.Obj o ? statement(o) : s.toString())
        .filter(w -> !w.isEmpty())
        .collect(Collectors.joining(" "));
  }

  private static String statement(Json.Obj o) {
    if (o.members().size() != 1) return o.toString();
    String verb = o.members().keySet().iterator().next();
    return switch (verb) {
      case "match" -> match(o.object("match"));
      case "counter" -> "";
      case "drop", "reject", "queue" -> verb;
      default -> o.toString();
    };
  }

  private static String match(Json.Obj match) {
    String operator = match.text("op").orElse("==");
    return value(match.members().get("left"))
        + (operator.equals("==") ? " " : " " + operator + " ")
        + value(match.members().get("right"));
  }

  private static String value(Json json) {
    if (json instanceof Json.Text(String text)) return text;
    if (!(json instanceof Json.Obj o)) return String.valueOf(json);
    if (o.get("meta").isPresent()) return o.object("meta").text("key").orElse("meta");
    if (o.get("payload").isPresent())
      return o.object("payload").text("protocol").orElse("")
          + " "
          + o.object("payload").text("field").orElse("");
    return o.toString();
  }
}
