package atoll.e2e;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import atoll.core.json.Json;
import atoll.core.json.JsonReader;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/// The agent's contract by requests alone, in a real guest: the checks that [AgentBundleTest] makes
/// of one that runs natively. They go to the guest's own address inside the sandbox's network
/// namespace, so that no edge stands between.
@Tag("real")
@Tag("e2e")
class AgentContractTest {
  private static final int AGENT = 49983;
  private static final String FOLDER = "/home/user/contract";

  @BeforeAll
  static void canEnterNamespaces() throws Exception {
    assumeTrue(Project.isRoot(), "SKIPPED: entering a network namespace needs root");
  }

  @TestFactory
  Stream<DynamicTest> inARealGuest() throws Exception {
    Atoll atoll = Atoll.shared();
    var api = new Api(atoll);
    Api.Answer created = api.create();
    String id = created.text("sandboxID");
    try {
      Json.Obj slot = inspect(atoll, id).object("slot");
      return Contract.checks(
          slot.text("guestAddress").orElseThrow(),
          AGENT,
          FOLDER,
          slot.text("netns").orElseThrow(),
          created.text("envdAccessToken"));
    } finally {
      api.delete("/sandboxes/" + id);
    }
  }

  private static Json.Obj inspect(Atoll atoll, String id) throws Exception {
    String out = atoll.command("sandbox", "inspect", id).expectSuccess().out();
    return JsonReader.readObject(out.getBytes(StandardCharsets.UTF_8));
  }
}
