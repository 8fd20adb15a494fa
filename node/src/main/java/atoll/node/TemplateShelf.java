package atoll.node;

import atoll.template.Template;
import java.util.List;
import java.util.Optional;

/// The finished templates that this node can start sandboxes from.
public interface TemplateShelf {
  Optional<Template> find(String nameOrId);

  List<Template> all();
}
