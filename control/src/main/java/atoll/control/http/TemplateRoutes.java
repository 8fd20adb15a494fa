package atoll.control.http;

import atoll.control.sandbox.TemplateRef;
import atoll.control.sandbox.Templates;
import atoll.control.store.Team;
import atoll.control.store.TemplateCounts;
import atoll.core.Refusal;
import atoll.core.json.Json;
import atoll.protocol.node.TemplateInfo;
import java.util.List;
import java.util.Map;

/// Looking at templates. Building them over the API comes later and says so.
final class TemplateRoutes {
  private final Templates templates;
  private final TemplateCounts counts;

  TemplateRoutes(Services services) {
    this.templates = services.templates();
    this.counts = services.counts();
  }

  void add(Router router, Gate gate) {
    router
        .on("GET", "/templates", gate.team((_, _, _) -> list()))
        .on("GET", "/v2/templates", gate.team((_, _, _) -> list()))
        .on(
            "GET",
            "/templates/aliases/{alias}",
            gate.team((team, _, path) -> alias(resolve(team, path.get("alias")))))
        .on(
            "GET",
            "/templates/{id}",
            gate.team((team, _, path) -> detail(resolve(team, path.get("id")))))
        .on(
            "GET",
            "/templates/{id}/tags",
            gate.team((team, _, path) -> tags(resolve(team, path.get("id")))))
        .on(
            "DELETE",
            "/templates/{id}",
            gate.team((team, _, path) -> notYet(team, path, "deleting a template")))
        .on(
            "PATCH",
            "/templates/{id}",
            gate.team((team, _, path) -> notYet(team, path, "changing a template")))
        .on(
            "PATCH",
            "/v2/templates/{id}",
            gate.team((team, _, path) -> notYet(team, path, "changing a template")));
  }

  private TemplateInfo resolve(Team team, String text) {
    return templates.resolve(team, TemplateRef.parse(text));
  }

  /// One page holds them all: a node has few.
  private Reply list() {
    Map<String, TemplateCounts.Count> known = counts.all();
    return Reply.ok(
        new Json.Arr(
            templates.all().stream().map(t -> TemplateJson.listed(t, count(known, t))).toList()));
  }

  private Reply detail(TemplateInfo template) {
    return Reply.ok(TemplateJson.detail(template, count(counts.all(), template)));
  }

  private static TemplateCounts.Count count(
      Map<String, TemplateCounts.Count> known, TemplateInfo template) {
    return known.getOrDefault(template.id(), TemplateCounts.Count.none(template.id()));
  }

  private static Reply alias(TemplateInfo template) {
    return Reply.ok(Json.object("templateID", template.id(), "public", true));
  }

  private static Reply tags(TemplateInfo template) {
    return Reply.ok(
        Json.of(
            List.of(
                Json.object(
                    "tag",
                    "default",
                    "buildID",
                    String.valueOf(template.buildId()),
                    "createdAt",
                    template.createdAt().toString()))));
  }

  private Reply notYet(Team team, Map<String, String> path, String what) {
    resolve(team, path.get("id"));
    throw new Refusal.NotImplemented(
        what + " is not implemented in this version", "use the command line on the host");
  }
}
