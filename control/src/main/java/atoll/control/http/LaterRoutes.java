package atoll.control.http;

import atoll.control.sandbox.Sandboxes;
import atoll.core.Refusal;
import atoll.core.json.Json;
import java.util.List;
import java.util.Map;

/// Routes of the contract that this version does not carry out. They know their sandbox, so that a
/// client gets the 404 it acts on.
final class LaterRoutes {
  private static final String LATER = " is not implemented in this version";
  private final Sandboxes sandboxes;

  LaterRoutes(Services services) {
    this.sandboxes = services.sandboxes();
  }

  void add(Router router, Gate gate) {
    router
        .on(
            "POST",
            "/sandboxes/{id}/pause",
            gate.team((team, _, path) -> ofRunning(team, path, "pausing a sandbox")))
        .on("POST", "/sandboxes/{id}/resume", gate.team((team, _, path) -> resume(team, path)))
        .on(
            "POST",
            "/sandboxes/{id}/fork",
            gate.team((team, _, path) -> ofRunning(team, path, "forking a sandbox")))
        .on(
            "POST",
            "/sandboxes/{id}/snapshots",
            gate.team((team, _, path) -> ofRunning(team, path, "taking a snapshot")))
        .on("GET", "/snapshots", gate.team((_, _, _) -> Reply.ok(new Json.Arr(List.of()))));
    later(
        router,
        gate,
        "building templates over the API",
        "POST /templates",
        "POST /v2/templates",
        "POST /v3/templates",
        "POST /templates/{id}",
        "POST /templates/tags",
        "DELETE /templates/tags",
        "GET /templates/{id}/files/{hash}",
        "POST /templates/{id}/builds/{build}",
        "POST /v2/templates/{id}/builds/{build}",
        "GET /templates/{id}/builds/{build}/status",
        "GET /templates/{id}/builds/{build}/logs");
    later(
        router,
        gate,
        "volumes",
        "GET /volumes",
        "POST /volumes",
        "GET /volumes/{id}",
        "DELETE /volumes/{id}");
    later(router, gate, "secrets", "GET /secrets", "POST /secrets");
    later(
        router,
        gate,
        "teams over the API",
        "GET /teams",
        "GET /teams/{id}/metrics",
        "GET /teams/{id}/metrics/max",
        "GET /api-keys",
        "POST /api-keys");
  }

  private Reply ofRunning(atoll.control.store.Team team, Map<String, String> path, String what) {
    sandboxes.get(team, SandboxRoutes.id(path));
    throw new Refusal.NotImplemented(what + LATER, null);
  }

  private Reply resume(atoll.control.store.Team team, Map<String, String> path) {
    sandboxes.get(team, SandboxRoutes.id(path));
    throw new Refusal.Conflict(
        "sandbox_running", "sandbox " + path.get("id") + " is running already");
  }

  private static void later(Router router, Gate gate, String what, String... routes) {
    for (String route : routes) {
      String[] parts = route.split(" ");
      router.on(parts[0], parts[1], gate.team((_, _, _) -> refuse(what)));
    }
  }

  private static Reply refuse(String what) {
    throw new Refusal.NotImplemented(what + LATER, null);
  }
}
