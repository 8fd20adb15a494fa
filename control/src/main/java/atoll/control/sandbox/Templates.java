package atoll.control.sandbox;

import atoll.control.store.Team;
import atoll.core.Refusal;
import atoll.protocol.node.NodeService;
import atoll.protocol.node.TemplateInfo;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The templates that sandboxes can be started from: those that the node has.
public final class Templates {
  private static final int MOST_NAMED = 20;
  private final NodeService node;

  public Templates(NodeService node) {
    this.node = node;
  }

  public List<TemplateInfo> all() {
    return node.templates();
  }

  /// The template meant by `ref`, or a refusal that names the known ones.
  public TemplateInfo resolve(Team team, TemplateRef ref) {
    List<TemplateInfo> known = all();
    return find(known, team, ref).orElseThrow(() -> unknown(ref, known));
  }

  public Optional<TemplateInfo> find(Team team, TemplateRef ref) {
    return find(all(), team, ref);
  }

  private static Optional<TemplateInfo> find(List<TemplateInfo> known, Team team, TemplateRef ref) {
    if (ref.namespace() != null && !ref.namespace().equals(team.slug())) return Optional.empty();
    Optional<TemplateInfo> named =
        known.stream().filter(t -> t.names().contains(ref.name())).findFirst();
    return named
        .or(() -> known.stream().filter(t -> t.id().equals(ref.name())).findFirst())
        .filter(template -> hasTag(template, ref.tag()));
  }

  private static boolean hasTag(TemplateInfo template, String tag) {
    return tag == null || tag.equals("default") || tag.equals(String.valueOf(template.buildId()));
  }

  private static Refusal unknown(TemplateRef ref, List<TemplateInfo> known) {
    String text =
        (ref.namespace() == null ? "" : ref.namespace() + "/")
            + ref.name()
            + (ref.tag() == null ? "" : ":" + ref.tag());
    String names =
        known.stream()
            .limit(MOST_NAMED)
            .map(t -> t.names().isEmpty() ? t.id() : t.names().getFirst())
            .collect(Collectors.joining(", "));
    return new Refusal.NotFound(
        "template_not_found",
        "template '%s' was not found; known templates: %s"
            .formatted(text, names.isEmpty() ? "none" : names),
        names.isEmpty() ? "build the base template first" : "name one of them");
  }
}
