package atoll.control.http;

import atoll.control.sandbox.Sandboxes;
import atoll.control.store.SandboxRow;
import atoll.control.store.Team;
import atoll.core.Refusal;
import atoll.core.json.Json;
import atoll.protocol.node.NodeService;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Logs and metrics. The log of a sandbox is its console, whose lines carry no time of their own:
/// each gets that of the start.
final class LogRoutes {
  private static final int MOST_LINES = 1000;
  private static final int LONGEST_SEARCH = 256;
  private static final List<String> LEVELS = List.of("debug", "info", "warn", "error");

  private final Sandboxes sandboxes;
  private final NodeService node;

  LogRoutes(Services services) {
    this.sandboxes = services.sandboxes();
    this.node = services.node();
  }

  void add(Router router, Gate gate) {
    router
        .on("GET", "/sandboxes/{id}/logs", gate.team(this::old))
        .on("GET", "/v2/sandboxes/{id}/logs", gate.team(this::entries))
        .on(
            "GET",
            "/sandboxes/metrics",
            gate.team((_, _, _) -> Reply.ok(Json.object("sandboxes", Json.EMPTY))))
        .on("GET", "/sandboxes/{id}/metrics", gate.team(LogRoutes::metrics));
  }

  private Reply old(Team team, Request request, Map<String, String> path) {
    var parameters = new Parameters(request.target());
    int limit = (int) parameters.whole("limit", 0, MOST_LINES, MOST_LINES);
    List<Json> entries = read(team, path, limit);
    var lines = entries.stream().map(LogRoutes::line).toList();
    return Reply.ok(Json.object("logs", lines, "logEntries", entries));
  }

  /// The command line reads each line as JSON with a `level`.
  private static Json line(Json entry) {
    Json.Obj fields = (Json.Obj) entry;
    Json line =
        Json.object(
            "level", "info", "logger", "console", "message", fields.text("message").orElse(""));
    return Json.object(
        "timestamp", fields.get("timestamp").orElse(Json.NULL), "line", line.toString());
  }

  private Reply entries(Team team, Request request, Map<String, String> path) {
    var parameters = new Parameters(request.target());
    int limit = (int) parameters.whole("limit", 0, MOST_LINES, MOST_LINES);
    boolean backward =
        parameters.oneOf("direction", "backward", "forward", "backward").equals("backward");
    String level = parameters.oneOf("level", "debug", LEVELS.toArray(String[]::new));
    String search = parameters.text("search").orElse("");
    if (search.length() > LONGEST_SEARCH)
      throw Fields.invalid("search", "must have at most " + LONGEST_SEARCH + " characters");
    if (LEVELS.indexOf(level) > LEVELS.indexOf("info"))
      return Reply.ok(Json.object("logs", List.of()));
    var found =
        new ArrayList<>(
            read(team, path, MOST_LINES).stream().filter(entry -> holds(entry, search)).toList());
    if (backward) Collections.reverse(found);
    return Reply.ok(Json.object("logs", found.subList(0, Math.min(limit, found.size()))));
  }

  private static boolean holds(Json entry, String search) {
    return ((Json.Obj) entry).text("message").orElse("").contains(search);
  }

  /// An unknown sandbox has no lines.
  private List<Json> read(Team team, Map<String, String> path, int limit) {
    Optional<SandboxRow> row = known(team, path);
    if (row.isEmpty() || row.get().startedAt() == null) return List.of();
    Instant at = row.get().startedAt();
    return lines(row.get(), limit).stream()
        .<Json>map(line ->
            Json.object(
                "timestamp",
                at.toString(),
                "level",
                "info",
                "message",
                line,
                "fields",
                Map.of("logger", "console")))
        .toList();
  }

  private List<String> lines(SandboxRow row, int limit) {
    if (row.end() == null) return node.console(row.id(), limit);
    String kept = row.end().console();
    return kept == null ? List.of() : kept.lines().limit(limit).toList();
  }

  private Optional<SandboxRow> known(Team team, Map<String, String> path) {
    try {
      return Optional.of(sandboxes.known(team, SandboxRoutes.id(path)));
    } catch (Refusal.NotFound e) {
      return Optional.empty();
    }
  }

  /// Nothing samples sandboxes yet; an empty list is what the contract has for that.
  private static Reply metrics(Team team, Request request, Map<String, String> path) {
    var parameters = new Parameters(request.target());
    long start = parameters.whole("start", 0, Long.MAX_VALUE, 0);
    if (start > parameters.whole("end", 0, Long.MAX_VALUE, Long.MAX_VALUE))
      throw Fields.invalid("start", "must not be after end");
    return Reply.ok(new Json.Arr(List.of()));
  }
}
