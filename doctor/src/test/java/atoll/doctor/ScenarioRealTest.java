package atoll.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import atoll.doctor.evidence.Expected;
import atoll.doctor.evidence.Program;
import atoll.linux.kernel.Procfs;
import atoll.node.ledger.HostObject;
import atoll.node.ledger.Ledger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Situations that operators lost days to, set up in the running kernel.
@Tag("real")
@Timeout(60)
class ScenarioRealTest {
  private static final int SLOT = 31_990; // far above what pools on this host count up to
  private static final String NAME = "atoll-" + SLOT;
  private static final String STRAY = "stray-" + SLOT;
  private static final Path JAIL = Path.of("/tmp/atoll-scenario-" + SLOT);

  @TempDir Path home;
  private Process monitor;

  @BeforeEach
  void slot() throws IOException {
    assumeTrue(
        "root".equals(System.getProperty("user.name")) && Files.exists(Path.of("/dev/net/tun")),
        "SKIPPED: namespaces and taps need root");
    sh("ip netns add " + NAME);
    sh("ip -n " + NAME + " tuntap add tap0 mode tap");
    sh("ip -n " + NAME + " link set tap0 address " + Expected.HOST_MAC + " up");
    sh("ip -n " + NAME + " addr add " + Expected.HOST + " dev tap0");
    Files.createDirectories(JAIL);
    Files.setAttribute(JAIL, "unix:uid", Expected.FIRST_UID + SLOT);
  }

  @AfterEach
  void end() throws Exception {
    if (monitor != null) {
      monitor.destroyForcibly();
      monitor.waitFor(10, TimeUnit.SECONDS);
    }
    for (String namespace : List.of(NAME, STRAY))
      if (Files.exists(Expected.ANCHORS.resolve(namespace))) sh("ip netns del " + namespace);
    Files.deleteIfExists(JAIL);
  }

  private static void sh(String command) throws IOException {
    Program.Result result = Program.run(10_000, List.of("sh", "-c", command));
    assertThat(result.exit()).as(command + ": " + result.output()).isZero();
  }

  /// A real monitor that never runs its guest; it opens `tap0` by name wherever it is.
  private void startMonitorIn(String namespace) throws Exception {
    monitor =
        new ProcessBuilder(
                "ip",
                "netns",
                "exec",
                namespace,
                "qemu-system-x86_64",
                "-name",
                "atoll-iwrong-7",
                "-M",
                "microvm",
                "-accel",
                "tcg",
                "-m",
                "64M",
                "-S",
                "-display",
                "none",
                "-nodefaults",
                "-no-user-config",
                "-netdev",
                "tap,id=net,ifname=tap0,script=no,downscript=no",
                "-device",
                "virtio-net-device,netdev=net",
                "-pidfile",
                JAIL + "/pid")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    Path pid = JAIL.resolve("pid");
    for (int i = 0; i < 200 && !Files.exists(pid); i++)
      assertThat(monitor.waitFor(50, TimeUnit.MILLISECONDS)).isFalse();
    assertThat(pid).as("QEMU came up within 10 s").exists();
    Files.delete(pid);
  }

  private Diagnosis diagnosis(boolean ended) throws IOException {
    try (var ledger = Ledger.open(home.resolve("journal"));
        var doctor = new Doctor(home)) {
      long pid = monitor == null ? 0x3ffffe : monitor.pid();
      long ticks = monitor == null ? 1 : Procfs.startTime(pid);
      var entry =
          ledger.open(List.of(new HostObject.Monitor("iwrong-7", JAIL, pid, ticks))).getFirst();
      if (ended) ledger.close(entry);
      return doctor.look("iwrong", null, false).diagnosis();
    }
  }

  @Test
  void aMonitorInAnotherNamespaceWithATapThatItMadeItself() throws Exception {
    sh("ip netns add " + STRAY);
    startMonitorIn(STRAY);
    Diagnosis said = diagnosis(false);
    assertThat(said.verdict()).isEqualTo(Verdict.BROKEN);
    assertThat(said.cause().failure().id()).isEqualTo("vmm.wrong_namespace");
    assertThat(said.cause().evidence().toString()).contains("not persistent");
  }

  @Test
  void anOrphanWhoseSlotWasMadeAnew() throws Exception {
    startMonitorIn(NAME);
    sh("ip netns del " + NAME); // the name alone: the monitor keeps the namespace
    sh(
        "ip netns add "
            + NAME
            + " && ip -n "
            + NAME
            + " tuntap add tap0 mode tap && ip -n "
            + NAME
            + " link set tap0 up");
    Diagnosis said = diagnosis(false);
    assertThat(said.cause().failure().id()).isEqualTo("namespace.recreated");
    assertThat(said.findings()).noneMatch(f -> f.failure().id().equals("tap.no_carrier"));
  }

  @Test
  void noCarrierBecauseTheMonitorDied() throws Exception {
    Diagnosis said = diagnosis(false);
    assertThat(said.cause().failure().id()).isEqualTo("vmm.gone");
    assertThat(said.findings()).noneMatch(f -> f.failure().id().startsWith("tap."));
  }

  @Test
  void aMonitorThatWasKilledBecauseTheAgentNeverAnsweredNamesTheAgent() throws Exception {
    Files.writeString(
        home.resolve("endings"),
        "{\"id\":\"iwrong\",\"at\":\"2026-01-01T00:00:00Z\",\"reason\":\"agent_unreachable\",\"message\":\"gave"
            + " up after 15000 ms\",\"console\":[\"init: cgroup2 is missing\"]}\n");
    Diagnosis said = diagnosis(true);
    assertThat(said.cause().failure().id()).isEqualTo("agent.never_answered");
    assertThat(said.findings()).noneMatch(f -> f.failure().id().startsWith("tap."));
  }

  @Test
  void aBridgeWithoutCarrierWhoseMacMoves() throws Exception {
    sh("ip -n " + NAME + " link add br0 type bridge");
    sh("ip -n " + NAME + " addr flush dev tap0");
    sh("ip -n " + NAME + " link set tap0 master br0");
    sh("ip -n " + NAME + " link set br0 up");
    var checkup = new BridgeCheckup(Expected.ANCHORS.resolve(NAME), "br0");
    assertThat(checkup.problems())
        .extracting(BridgeCheckup.Problem::id)
        .startsWith("bridge.no_forwarding_port", "bridge.mac_inherited");
    checkup.repair();
    assertThat(checkup.problems())
        .as("what is left is that no guest runs")
        .extracting(BridgeCheckup.Problem::id)
        .containsExactly("bridge.no_forwarding_port");
    startMonitorIn(NAME);
    // The kernel's link watch runs at most a second behind.
    for (int i = 0; i < 100 && !checkup.problems().isEmpty(); i++)
      assertThat(monitor.waitFor(50, TimeUnit.MILLISECONDS)).isFalse();
    assertThat(checkup.problems()).isEmpty();
  }
}
