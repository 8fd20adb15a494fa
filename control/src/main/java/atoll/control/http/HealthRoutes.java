package atoll.control.http;

import atoll.control.sandbox.Sandboxes;
import atoll.control.store.SandboxQuery;
import atoll.control.store.SandboxRow;
import atoll.control.store.Team;
import atoll.core.Refusal;
import atoll.core.json.Json;
import atoll.protocol.node.NodeService;
import atoll.protocol.node.SandboxHealth;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// How well sandboxes are: of one, of all, and each change as it comes.
final class HealthRoutes {
  private static final int MOST_LISTED = 1000;
  private static final int LONGEST_WAIT = 25;

  private final Sandboxes sandboxes;
  private final NodeService node;
  private final HealthEvents events;

  HealthRoutes(Services services) {
    this.sandboxes = services.sandboxes();
    this.node = services.node();
    this.events = new HealthEvents(services.clock().millis());
    node.onHealth(events::add);
  }

  void add(Router router, Gate gate) {
    router
        .on("GET", "/atoll/v1/health", gate.team((team, _, _) -> all(team)))
        .on("GET", "/atoll/v1/sandboxes/{id}/health", gate.team(this::one))
        .on("GET", "/atoll/v1/events", gate.team(this::events));
  }

  /// `next` is where a caller that wants to follow begins.
  private Reply all(Team team) {
    long next = events.last();
    var query = new SandboxQuery(team.id(), Map.of(), null, null, false, null, MOST_LISTED);
    List<Json> healths =
        sandboxes.list(query).stream()
            .flatMap(row -> node.health(row.id()).stream())
            .<Json>map(HealthRoutes::json)
            .toList();
    return Reply.ok(Json.object("sandboxes", healths, "next", next));
  }

  private Reply one(Team team, Request request, Map<String, String> path) {
    SandboxRow row = sandboxes.get(team, SandboxRoutes.id(path));
    return Reply.ok(
        node.health(row.id())
            .map(HealthRoutes::json)
            .orElseThrow(() ->
                new Refusal.NotFound(
                    "sandbox_not_on_node", "sandbox " + row.id() + " was not found on its node")));
  }

  /// A long poll: answers at the first change after `after`, or empty after `wait` seconds.
  private Reply events(Team team, Request request, Map<String, String> path) {
    var parameters = new Parameters(request.target());
    long after = parameters.whole("after", 0, Long.MAX_VALUE - 1, events.last());
    long wait = parameters.whole("wait", 0, LONGEST_WAIT, 0);
    var batch = events.after(after, Duration.ofSeconds(wait), health -> isOf(team, health));
    List<Json> told =
        batch.events().stream()
            .<Json>map(e -> Json.object("number", e.number(), "health", json(e.health())))
            .toList();
    return Reply.ok(Json.object("events", told, "next", batch.last(), "missed", batch.missed()));
  }

  private boolean isOf(Team team, SandboxHealth health) {
    try {
      var _ = sandboxes.known(team, health.id());
      return true;
    } catch (Refusal.NotFound anothers) {
      return false;
    }
  }

  static Json.Obj json(SandboxHealth health) {
    return Json.object(
        "sandboxId",
        health.id().value(),
        "state",
        health.state().name().toLowerCase(Locale.ROOT),
        "cause",
        health.cause(),
        "message",
        health.message(),
        "since",
        health.since().toString());
  }
}
