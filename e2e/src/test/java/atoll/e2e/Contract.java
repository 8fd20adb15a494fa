package atoll.e2e;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/// The checks of `contract.py`, which needs nothing but Python, against one agent.
final class Contract {
  private Contract() {}

  /// @param arguments address, port, a folder for files in the agent's root; for a guest also its
  ///   network namespace and access token
  static Stream<DynamicTest> checks(Object... arguments) throws IOException, InterruptedException {
    var script =
        Stream.concat(Stream.of("contract.py"), Stream.of(arguments).map(Object::toString));
    var python = new Sdk(Project.root().resolve("e2e/python"), List.of("python3", "-B"));
    return Scenario.run(python, Map.of(), script.toArray(String[]::new));
  }
}
