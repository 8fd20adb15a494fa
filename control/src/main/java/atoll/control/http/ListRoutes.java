package atoll.control.http;

import atoll.control.sandbox.Sandboxes;
import atoll.control.sandbox.TemplateRef;
import atoll.control.sandbox.Templates;
import atoll.control.store.SandboxQuery;
import atoll.control.store.SandboxRow;
import atoll.control.store.Team;
import atoll.core.json.Json;
import atoll.protocol.node.TemplateInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The lists of sandboxes, old and new.
final class ListRoutes {
  private static final int PAGE = 100;

  /// The old list has no pages; this bounds it all the same.
  private static final int MOST_AT_ONCE = 10_000;

  private final Sandboxes sandboxes;
  private final Templates templates;
  private final SandboxJson json;

  ListRoutes(Services services) {
    this.sandboxes = services.sandboxes();
    this.templates = services.templates();
    this.json = new SandboxJson(services.tokens(), services.domain());
  }

  void add(Router router, Gate gate) {
    router
        .on(
            "GET",
            "/sandboxes",
            gate.team((team, request, _) -> old(team, new Parameters(request.target()))))
        .on(
            "GET",
            "/v2/sandboxes",
            gate.team((team, request, _) -> page(team, new Parameters(request.target()))));
  }

  private Reply old(Team team, Parameters parameters) {
    var query =
        new SandboxQuery(team.id(), metadata(parameters), null, null, false, null, MOST_AT_ONCE);
    return Reply.ok(array(sandboxes.list(query)));
  }

  private Reply page(Team team, Parameters parameters) {
    boolean running = wantsRunning(parameters);
    int limit = (int) parameters.whole("limit", 1, PAGE, PAGE);
    Optional<SandboxQuery> query = query(team, parameters, limit);
    if (!running) return Reply.ok(new Json.Arr(List.of()));
    if (query.isEmpty()) return Reply.ok(new Json.Arr(List.of())).with("X-Total-Running", "0");
    return page(query.get(), limit)
        .with("X-Total-Running", Integer.toString(sandboxes.count(query.get())));
  }

  /// Asks for one row more than the page holds, to know whether there is a next one.
  private Reply page(SandboxQuery query, int limit) {
    List<SandboxRow> rows = sandboxes.list(query);
    if (rows.size() <= limit) return Reply.ok(array(rows));
    List<SandboxRow> page = rows.subList(0, limit);
    SandboxRow last = page.getLast();
    var position = new SandboxQuery.Position(last.startedAt(), last.id().value());
    return Reply.ok(array(page)).with("X-Next-Token", PageToken.write(position, query.ascending()));
  }

  /// Empty if the template asked for does not exist.
  private Optional<SandboxQuery> query(Team team, Parameters parameters, int limit) {
    boolean ascending = parameters.oneOf("order", "desc", "asc", "desc").equals("asc");
    var after =
        parameters.text("nextToken").map(token -> PageToken.read(token, ascending)).orElse(null);
    var startedAfter = parameters.time("startedAfter").orElse(null);
    Map<String, String> metadata = metadata(parameters);
    Optional<String> asked = parameters.text("template");
    Optional<TemplateInfo> template = asked.flatMap(name -> templates.find(team, untagged(name)));
    if (asked.isPresent() && template.isEmpty()) return Optional.empty();
    String templateId = template.map(TemplateInfo::id).orElse(null);
    return Optional.of(
        new SandboxQuery(
            team.id(), metadata, templateId, startedAfter, ascending, after, limit + 1));
  }

  private static TemplateRef untagged(String name) {
    TemplateRef ref = TemplateRef.parse(name);
    if (ref.tag() != null) throw Fields.invalid("template", "must have no tag");
    return ref;
  }

  private static boolean wantsRunning(Parameters parameters) {
    Set<String> states =
        Set.copyOf(List.of(parameters.text("state").orElse("running,paused").split(",")));
    if (!Set.of("running", "paused").containsAll(states))
      throw Fields.invalid("state", "must be running, paused or both, joined by a comma");
    return states.contains("running");
  }

  private static Map<String, String> metadata(Parameters parameters) {
    return parameters.text("metadata").map(MetadataFilter::read).orElse(Map.of());
  }

  private Json array(List<SandboxRow> rows) {
    return new Json.Arr(rows.stream().map(json::listed).toList());
  }
}
