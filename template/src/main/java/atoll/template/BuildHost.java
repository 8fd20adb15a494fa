package atoll.template;

import java.io.IOException;

/// Lends places in which templates are booted. The node implements it with its slots and jails.
@FunctionalInterface
public interface BuildHost {
  /// A slot of its own for one boot. `name` is safe as part of a file name and differs for each
  /// build.
  BuildSlot open(String name) throws IOException;
}
