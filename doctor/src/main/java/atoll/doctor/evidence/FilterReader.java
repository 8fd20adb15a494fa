package atoll.doctor.evidence;

import atoll.core.json.Json;
import atoll.core.json.JsonException;
import atoll.core.json.JsonReader;
import atoll.doctor.evidence.SlotFacts.FilterRule;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// Finds rules and policies of packet filters that refuse packets, by nft(8)'s JSON.
final class FilterReader {
  private static final Duration LIMIT = Duration.ofSeconds(1);
  private static final int MOST_ELEMENTS = 8;
  private static final List<String> REFUSALS = List.of("drop", "reject", "queue", "tarpit");

  private final Reading reading;

  FilterReader(Reading reading) {
    this.reading = reading;
  }

  List<FilterRule> refusing(Path namespace) {
    try {
      Program.Result result =
          Program.inside(
              namespace, reading.atMost(LIMIT).toMillis(), "nft", "-j", "list", "ruleset");
      if (!result.ok()) throw new IOException(result.output().strip());
      return parse(result.output());
    } catch (IOException | JsonException e) {
      reading.refused("packet filter in " + namespace, new IOException(e.getMessage()));
      return List.of();
    }
  }

  static List<FilterRule> parse(String json) {
    var found = new ArrayList<FilterRule>();
    if (json.isBlank() || !(JsonReader.read(json) instanceof Json.Obj all)) return found;
    var sets = new LinkedHashMap<String, String>();
    for (Json item : all.items("nftables"))
      if (item instanceof Json.Obj entry && entry.get("set").isPresent())
        sets.put("@" + entry.object("set").text("name").orElse(""), elements(entry.object("set")));
    for (Json item : all.items("nftables")) {
      if (!(item instanceof Json.Obj entry)) continue;
      rule(entry.object("rule"), sets, found);
      chain(entry.object("chain"), found);
    }
    return found;
  }

  /// The first addresses of a set, as people write them.
  private static String elements(Json.Obj set) {
    return set.items("elem").stream()
        .limit(MOST_ELEMENTS)
        .map(FilterReader::element)
        .collect(Collectors.joining(", "));
  }

  private static String element(Json json) {
    if (json instanceof Json.Text(String address)) return address;
    if (!(json instanceof Json.Obj o)) return json.toString();
    Json.Obj prefix = o.object("prefix");
    return prefix
        .text("addr")
        .map(a -> a + "/" + prefix.whole("len").orElse(32L))
        .orElse(o.toString());
  }

  private static void rule(Json.Obj rule, Map<String, String> sets, List<FilterRule> found) {
    List<Json> statements = rule.items("expr");
    boolean refuses =
        statements.stream()
            .anyMatch(s ->
                s instanceof Json.Obj o
                    && (REFUSALS.stream().anyMatch(o.members()::containsKey) || oldTarget(o)));
    if (!refuses) return;
    long packets =
        statements.stream()
            .filter(s -> s instanceof Json.Obj o && o.members().containsKey("counter"))
            .mapToLong(s -> ((Json.Obj) s).object("counter").whole("packets").orElse(-1L))
            .findFirst()
            .orElse(-1);
    found.add(
        new FilterRule(
            rule.text("family").orElse(""),
            rule.text("table").orElse(""),
            rule.text("chain").orElse(""),
            words(statements, sets),
            packets));
  }

  /// A target of iptables that nft only knows by its name.
  private static boolean oldTarget(Json.Obj statement) {
    Json.Obj xt = statement.object("xt");
    return xt.text("type").orElse("").equals("target")
        && REFUSALS.contains(xt.text("name").orElse("").toLowerCase(Locale.ROOT));
  }

  /// With what the sets hold that it names.
  private static String words(List<Json> statements, Map<String, String> sets) {
    String text = RuleWords.of(statements);
    for (var set : sets.entrySet())
      if (text.contains(set.getKey())) text += " (" + set.getKey() + ": " + set.getValue() + ")";
    return text;
  }

  private static void chain(Json.Obj chain, List<FilterRule> found) {
    if (!chain.text("policy").orElse("").equals("drop")) return;
    found.add(
        new FilterRule(
            chain.text("family").orElse(""),
            chain.text("table").orElse(""),
            chain.text("name").orElse(""),
            "policy drop at hook " + chain.text("hook").orElse("?"),
            -1));
  }
}
