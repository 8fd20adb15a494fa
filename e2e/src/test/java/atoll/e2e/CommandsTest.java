package atoll.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.core.json.Json;
import atoll.core.json.JsonReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Every everyday command through the launcher: one JSON value each, with the fields that
/// docs/cli.md promises, errors included.
@Tag("real")
@Tag("e2e")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class CommandsTest {
  private Atoll atoll;

  @BeforeEach
  void start() throws Exception {
    atoll = Atoll.shared();
  }

  private static Json json(Program.Outcome outcome) {
    assertThat(outcome.out().lines()).as(outcome.toString()).hasSize(1);
    return JsonReader.read(outcome.out().getBytes(StandardCharsets.UTF_8));
  }

  private Json.Obj object(int exit, String... words) throws Exception {
    var outcome = atoll.command(words);
    assertThat(outcome.exit()).as(outcome.toString()).isEqualTo(exit);
    return (Json.Obj) json(outcome);
  }

  private static void has(Json.Obj object, String... fields) {
    assertThat(object.members()).containsKeys(fields);
  }

  @Test
  void aSandboxFromItsCreateToItsEnd() throws Exception {
    var created = object(0, "sandbox", "create", "--timeout", "120", "--metadata", "a=b c");
    has(created, "sandboxId", "templateId", "ms");
    String id = created.text("sandboxId").orElseThrow();
    var listed = ((Json.Arr) json(atoll.command("sandbox", "list"))).items();
    assertThat(listed).anyMatch(s -> ((Json.Obj) s).text("sandboxId").orElse("").equals(id));
    has(object(0, "sandbox", "info", id), "state", "startedAt", "endAt", "cpuCount", "metadata");
    var ran = object(3, "sandbox", "exec", id, "--", "sh", "-c", "echo out; echo err >&2; exit 3");
    assertThat(ran.text("stdout")).contains("out\n");
    assertThat(ran.text("stderr")).contains("err\n");
    has(object(0, "sandbox", "logs", id), "sandboxId", "lines");
    var inspected = object(0, "sandbox", "inspect", id);
    has(inspected, "slot", "vmm", "disk", "memory", "cgroup", "timeline");
    has(inspected.object("slot"), "index", "netns", "tap", "hostAddress", "guestAddress", "veth");
    has(inspected.object("vmm"), "kind", "accelerator", "pid", "console");
    has(object(0, "sandbox", "timeline", id), "timeline", "totalMs");
    assertThat(object(0, "ledger", "check").bool("consistent")).contains(true);
    assertThat(object(0, "sandbox", "kill", id).items("killed")).hasSize(1);
    assertThat(object(1, "sandbox", "kill", id).items("notFound")).hasSize(1);
  }

  @Test
  void theInstallationItself() throws Exception {
    has(object(0, "status"), "running", "pid", "apiUrl", "sandboxUrl", "residentMib", "vmm");
    has(object(0, "env"), "E2B_API_KEY", "E2B_API_URL", "E2B_SANDBOX_URL");
    var templates = ((Json.Arr) json(atoll.command("template", "list"))).items();
    assertThat(templates).anyMatch(t -> ((Json.Obj) t).items("names").contains(Json.of("base")));
  }

  @Test
  void whatIsNotThereIsSaid() throws Exception {
    for (String verb : new String[] {"info", "inspect", "timeline", "logs"}) {
      var error = object(1, "sandbox", verb, "inothing").object("error");
      assertThat(error.text("reason")).as(verb).contains("sandbox_not_found");
      assertThat(error.text("message").orElse("")).containsOnlyOnce("inothing");
    }
    assertThat(object(2, "sandbox", "nonsense").object("error").text("reason")).contains("usage");
  }
}
