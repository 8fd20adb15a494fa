package atoll.node.ledger;

import java.io.IOException;

/// A named place in the code where a test may make the next step fail or end the process.
@FunctionalInterface
public interface Failpoint {
  /// Called just before the step of this name.
  void reached(String step) throws IOException;

  /// Nothing ever fails here.
  Failpoint NONE = step -> {};
}
