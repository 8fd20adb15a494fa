package atoll.control.http;

import atoll.control.store.Team;
import atoll.core.Refusal;
import atoll.core.json.Json;
import atoll.protocol.network.NetworkName;
import atoll.protocol.node.NodeService;
import atoll.protocol.node.SharedNetworkInfo;
import java.util.Map;

/// Networks that a team's sandboxes share: make, list, remove. Each team sees its own alone.
final class SharedNetworkRoutes {
  private static final String ALL = "/atoll/v1/networks";

  private final NodeService node;

  SharedNetworkRoutes(Services services) {
    this.node = services.node();
  }

  void add(Router router, Gate gate) {
    router
        .on("GET", ALL, gate.team((team, _, _) -> Reply.ok(list(team))))
        .on("POST", ALL, gate.team((team, request, _) -> create(team, request)))
        .on("DELETE", ALL + "/{name}", gate.team((team, _, path) -> remove(team, path)));
  }

  private Json list(Team team) {
    return Json.of(
        node.networks(team.id().toString()).stream().map(SharedNetworkRoutes::json).toList());
  }

  private Reply create(Team team, Request request) {
    Fields fields = Fields.of(request.body());
    NetworkName name = name(team, fields.requiredText("name"));
    return Reply.json(201, json(node.createNetwork(name, fields.text("subnet").orElse(null))));
  }

  private Reply remove(Team team, Map<String, String> path) {
    NetworkName name = name(team, path.get("name"));
    if (node.removeNetwork(name)) return Reply.noContent();
    throw new Refusal.NotFound("network_not_found", "there is no network " + name);
  }

  private static NetworkName name(Team team, String name) {
    return new NetworkName(team.id().toString(), name);
  }

  private static Json json(SharedNetworkInfo info) {
    return Json.object(
        "name", info.name().name(),
        "subnet", info.subnet(),
        "gateway", info.gateway(),
        "bridge", info.bridge(),
        "sandboxes", info.sandboxes(),
        "lack", info.lack().isEmpty() ? null : info.lack());
  }
}
