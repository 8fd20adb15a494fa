package atoll.cli.server;

import java.io.IOException;
import java.nio.file.Path;

/// Brings the guest agent's bundle into being.
@FunctionalInterface
public interface AgentSource {
  /// A folder with `bin/atoll-agent` and all that it needs. Takes some seconds the first time.
  Path bundle() throws IOException;
}
