package atoll.control.http;

import atoll.control.sandbox.NetworkSpec;
import atoll.control.sandbox.Sandboxes;
import atoll.control.store.Team;
import java.util.Map;

/// Changes what a running sandbox may reach.
final class NetworkRoutes {
  private final Sandboxes sandboxes;

  NetworkRoutes(Services services) {
    this.sandboxes = services.sandboxes();
  }

  void add(Router router, Gate gate) {
    router.on("PUT", "/sandboxes/{id}/network", gate.team(this::replace));
  }

  /// All of it: what is left out is as if it had never been said.
  private Reply replace(Team team, Request request, Map<String, String> path) {
    Fields fields = Fields.of(request.body());
    NetworkSpec wanted =
        NetworkBody.read(fields, fields.bool("allow_internet_access").orElse(null));
    sandboxes.updateNetwork(team, SandboxRoutes.id(path), wanted);
    return Reply.noContent();
  }
}
