package atoll.control.http;

import atoll.control.sandbox.Sandboxes;
import atoll.control.store.SandboxRow;
import atoll.control.store.Team;
import atoll.core.Refusal;
import atoll.core.json.Json;
import atoll.protocol.node.NodeService;
import java.util.Map;

/// What only Atoll tells: the host's side of a sandbox, how its start went, why it ended, and the
/// node.
final class AtollRoutes {
  private final Sandboxes sandboxes;
  private final NodeService node;

  AtollRoutes(Services services) {
    this.sandboxes = services.sandboxes();
    this.node = services.node();
  }

  void add(Router router, Gate gate) {
    router
        .on(
            "GET",
            "/atoll/v1/node",
            gate.team((_, _, _) -> Reply.ok(NodeJson.node(node.info(), node.templates()))))
        .on("GET", "/atoll/v1/sandboxes/{id}/inspect", gate.team(this::inspect))
        .on("GET", "/atoll/v1/sandboxes/{id}/timeline", gate.team(this::timeline));
  }

  private Reply inspect(Team team, Request request, Map<String, String> path) {
    SandboxRow row = sandboxes.get(team, SandboxRoutes.id(path));
    var inspection =
        node.inspect(row.id())
            .orElseThrow(() ->
                new Refusal.NotFound(
                    "sandbox_not_on_node", "sandbox " + row.id() + " was not found on its node"));
    return Reply.ok(
        NodeJson.inspection(
            inspection,
            node.health(row.id()).map(HealthRoutes::json).orElse(null),
            row.timeline()));
  }

  /// Ended sandboxes keep theirs, and the reason of their end.
  private Reply timeline(Team team, Request request, Map<String, String> path) {
    SandboxRow row = sandboxes.known(team, SandboxRoutes.id(path));
    return Reply.ok(
        Json.object(
            "sandboxId", row.id().value(),
            "state", row.state().name().toLowerCase(java.util.Locale.ROOT),
            "startedAt", row.startedAt() == null ? null : row.startedAt().toString(),
            "timeline",
                row.timeline() instanceof Json.Arr stages
                    ? stages
                    : new Json.Arr(java.util.List.of()),
            "end", end(row.end())));
  }

  private static Json end(SandboxRow.End end) {
    if (end == null) return null;
    return Json.object(
        "at",
        end.at() == null ? null : end.at().toString(),
        "reason",
        end.reason(),
        "message",
        end.message(),
        "console",
        end.console() == null ? null : end.console().lines().toList());
  }
}
