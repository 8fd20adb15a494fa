package atoll.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.core.json.Json;
import atoll.core.json.JsonReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The doctor on real guests through its command line: from what was broken to the verdict to the
/// repair.
@Tag("real")
@Tag("e2e")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class DoctorTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  private Atoll atoll;
  private Api api;
  private String sandbox;

  @BeforeEach
  void start() throws Exception {
    atoll = Atoll.shared();
    api = new Api(atoll);
    sandbox = api.create().text("sandboxID");
  }

  @AfterEach
  void end() throws Exception {
    if (sandbox != null) api.delete("/sandboxes/" + sandbox);
  }

  private static Program.Outcome run(Atoll atoll, String... words) throws Exception {
    var all =
        Stream.concat(
            Stream.concat(Stream.of(Project.root().resolve("atoll").toString()), Stream.of(words)),
            Stream.of("--home", atoll.home().toString(), "-o", "json"));
    return Program.of(all.toArray(String[]::new))
        .with("ATOLL_NO_BUILD", "1")
        .with("ATOLL_FAULTS", "on")
        .run(SOON);
  }

  private Json.Obj doctor(int exit, String... options) throws Exception {
    var words = Stream.concat(Stream.of("doctor", sandbox), Stream.of(options));
    Program.Outcome outcome = run(atoll, words.toArray(String[]::new));
    assertThat(outcome.exit()).as(outcome.toString()).isEqualTo(exit);
    return JsonReader.readObject(outcome.out().getBytes(StandardCharsets.UTF_8));
  }

  private void inject(String fault) throws Exception {
    run(atoll, "fault", "inject", fault, "--sandbox", sandbox).expectSuccess();
  }

  private static String cause(Json.Obj said) {
    return said.object("cause").text("id").orElse("");
  }

  @Test
  void aHealthySandboxIsHealthyOnEveryHop() throws Exception {
    Json.Obj said = doctor(0);
    assertThat(said.text("verdict")).contains("healthy");
    assertThat(said.items("hops"))
        .extracting(h ->
            ((Json.Obj) h).text("name").orElse("") + " " + ((Json.Obj) h).text("state").orElse(""))
        .containsExactly(
            "host ok", "veth ok", "namespace ok", "tap ok", "vmm ok", "guest NIC ok", "agent ok");
    assertThat(said.members().get("cause")).isEqualTo(Json.NULL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tap.down",
        "tap.moved",
        "namespace.firewall",
        "namespace.neighbour_poisoned",
        "vmm.stopped",
        "guest.cgroup2_missing"
      })
  void aFaultIsNamedAndRepaired(String fault) throws Exception {
    inject(fault);
    Json.Obj said = doctor(1);
    assertThat(cause(said)).isEqualTo(fault);
    assertThat(said.object("cause").bool("fixable")).contains(true);
    Json.Obj after = doctor(0, "--fix");
    assertThat(after.text("verdict")).contains("healthy");
    assertThat(after.items("fixed")).extracting(Json::toString).contains("\"" + fault + "\"");
    if (fault.equals("tap.moved")) run(atoll, "fault", "undo", fault, "--sandbox", sandbox);
  }

  /// An orphan whose slot's name was given to a new namespace with a fresh tap: its NO-CARRIER is
  /// an effect.
  @Test
  void anOrphanWithARecreatedNamespaceIsNoDeadTap() throws Exception {
    inject("namespace.recreated");
    Json.Obj said = doctor(1);
    assertThat(cause(said)).isEqualTo("namespace.recreated");
    assertThat(said.object("cause").items("evidence").toString())
        .contains("net:[")
        .contains("persistent");
    run(atoll, "fault", "undo", "namespace.recreated", "--sandbox", sandbox).expectSuccess();
    assertThat(doctor(0).text("verdict")).contains("healthy");
  }

  /// The node cleans up after a dead monitor; the first failure is what counts.
  @Test
  void aKilledMonitorIsNamedAfterItsCleanUp() throws Exception {
    inject("vmm.exited");
    Until.holds(SOON, "the end", () -> api.running().stream().noneMatch(sandbox::equals));
    Json.Obj said = doctor(1);
    assertThat(cause(said)).isEqualTo("vmm.exited");
    assertThat(said.object("cause").items("evidence").toString()).contains("signal 9");
  }

  @Test
  void aRecreatedTapCannotBeRepairedAndIsNotTouched() throws Exception {
    inject("tap.recreated");
    Json.Obj said = doctor(1, "--fix");
    assertThat(cause(said)).isEqualTo("tap.recreated");
    assertThat(said.object("cause").bool("fixable")).contains(false);
  }

  @Test
  void anUnknownSandboxIsUnknown() throws Exception {
    Program.Outcome outcome = run(atoll, "doctor", "inone0such");
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.out()).contains("\"verdict\":\"unknown\"");
  }

  @Test
  void faultsAreOffUnlessEnabled() throws Exception {
    var outcome = atoll.command("fault", "inject", "tap.down", "--sandbox", sandbox);
    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.out()).contains("faults_off");
    assertThat(doctor(0).text("verdict")).contains("healthy");
  }

  @Test
  void itWorksWhileTheNodeIsDead() throws Exception {
    atoll.killHard();
    Json.Obj said = doctor(1);
    assertThat(cause(said)).isEqualTo("host.node_gone");
    assertThat(List.of(said.text("verdict").orElse(""))).containsExactly("degraded");
    atoll = Atoll.shared();
    api = new Api(atoll);
  }

  @Test
  void theHostIsCheckedByDoing() throws Exception {
    Program.Outcome outcome = run(atoll, "doctor");
    assertThat(outcome.exit()).as(outcome.toString()).isZero();
    assertThat(outcome.out())
        .contains(
            "\"name\":\"namespaces\"",
            "\"name\":\"tun\"",
            "\"name\":\"virtualisation\"",
            "\"verdict\":\"healthy\"");
  }
}
