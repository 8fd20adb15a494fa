package atoll.control.http;

import atoll.control.sandbox.Sandboxes;
import atoll.control.store.SandboxRow;
import atoll.control.store.Team;
import atoll.core.Refusal;
import atoll.core.SandboxId;
import java.time.Duration;
import java.util.Map;

/// The life of single sandboxes: create, connect, look at, prolong, kill.
final class SandboxRoutes {
  /// A keepalive without a duration, and the least one.
  private static final Duration REFRESH = Duration.ofSeconds(15);

  private static final Duration LONGEST_REFRESH = Duration.ofHours(1);

  private final Sandboxes sandboxes;
  private final SandboxJson json;

  SandboxRoutes(Services services) {
    this.sandboxes = services.sandboxes();
    this.json = new SandboxJson(services.tokens(), services.domain());
  }

  void add(Router router, Gate gate) {
    router
        .on(
            "POST",
            "/sandboxes",
            gate.team((team, request, _) -> create(team, request, CreateBody.V1)))
        .on(
            "POST",
            "/v2/sandboxes",
            gate.team((team, request, _) -> create(team, request, CreateBody.V2)))
        .on(
            "POST",
            "/sandboxes/{id}/connect",
            gate.team((team, request, path) -> connect(team, request, path, CreateBody.V1)))
        .on(
            "POST",
            "/v2/sandboxes/{id}/connect",
            gate.team((team, request, path) -> connect(team, request, path, CreateBody.V2)))
        .on(
            "GET",
            "/sandboxes/{id}",
            gate.team((team, _, path) -> Reply.ok(json.detail(sandboxes.get(team, id(path))))))
        .on("DELETE", "/sandboxes/{id}", gate.team((team, _, path) -> kill(team, id(path))))
        .on("POST", "/sandboxes/{id}/timeout", gate.team(this::timeout))
        .on("POST", "/sandboxes/{id}/refreshes", gate.team(this::refresh));
  }

  static SandboxId id(Map<String, String> path) {
    String text = path.get("id");
    if (text.indexOf('-') != text.lastIndexOf('-'))
      throw Fields.invalid("sandboxID", "more than one dash");
    return SandboxId.parse(text);
  }

  private Reply create(Team team, Request request, CreateBody version) {
    return Reply.json(201, json.created(sandboxes.create(team, version.read(request))));
  }

  private Reply connect(Team team, Request request, Map<String, String> path, CreateBody version) {
    Duration timeout = Fields.of(request.body()).seconds("timeout", 0).orElse(version.timeout());
    SandboxRow row = sandboxes.extend(team, id(path), timeout);
    return Reply.ok(json.created(row));
  }

  private Reply kill(Team team, SandboxId id) {
    if (sandboxes.kill(team, id)) return Reply.noContent();
    sandboxes.get(team, id); // says why there is nothing to kill
    throw new Refusal.Conflict(
        "sandbox_changing", "sandbox " + id + " changed its state at this moment; try again");
  }

  private Reply timeout(Team team, Request request, Map<String, String> path) {
    Duration timeout =
        Fields.of(request.body())
            .seconds("timeout", 0)
            .orElseThrow(() -> Fields.invalid("timeout", "is required"));
    sandboxes.setTimeout(team, id(path), timeout);
    return Reply.noContent();
  }

  private Reply refresh(Team team, Request request, Map<String, String> path) {
    Duration duration = Fields.of(request.body()).seconds("duration", 0).orElse(REFRESH);
    if (duration.compareTo(LONGEST_REFRESH) > 0)
      throw Fields.invalid("duration", "must be at most " + LONGEST_REFRESH.toSeconds());
    sandboxes.extend(team, id(path), duration.compareTo(REFRESH) < 0 ? REFRESH : duration);
    return Reply.noContent();
  }
}
