package atoll.e2e;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/// The published SDKs, unmodified, against a whole Atoll with real microVMs.
@Tag("real")
@Tag("e2e")
class OfficialSdkTest {
  @TestFactory
  Stream<DynamicTest> python() throws IOException, InterruptedException {
    return Scenario.run(Sdk.python(), Atoll.shared().environment(), "scenario.py");
  }

  @TestFactory
  Stream<DynamicTest> javaScript() throws IOException, InterruptedException {
    return Scenario.run(Sdk.javaScript(), Atoll.shared().environment(), "scenario.mjs", "e2b");
  }

  @TestFactory
  Stream<DynamicTest> theAgentThroughPython() throws IOException, InterruptedException {
    return Scenario.run(Sdk.python(), Atoll.shared().environment(), "agent.py");
  }

  @TestFactory
  Stream<DynamicTest> theAgentThroughJavaScript() throws IOException, InterruptedException {
    return Scenario.run(Sdk.javaScript(), Atoll.shared().environment(), "agent.mjs", "e2b");
  }

  @TestFactory
  Stream<DynamicTest> theAgentThroughTheEarlierJavaScript()
      throws IOException, InterruptedException {
    return Scenario.run(Sdk.javaScript(), Atoll.shared().environment(), "agent.mjs", "e2b-v1");
  }

  /// The release before the calls moved to version 2 of the API.
  @TestFactory
  Stream<DynamicTest> javaScriptOfTheFirstApiVersion() throws IOException, InterruptedException {
    return Scenario.run(Sdk.javaScript(), Atoll.shared().environment(), "scenario.mjs", "e2b-v1");
  }
}
