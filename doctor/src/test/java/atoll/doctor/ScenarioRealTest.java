package atoll.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import atoll.core.Patience;
import atoll.doctor.evidence.Expected;
import atoll.doctor.evidence.Program;
import atoll.linux.kernel.Procfs;
import atoll.node.ledger.HostObject;
import atoll.node.ledger.Ledger;
import atoll.vmm.firecracker.FirecrackerProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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
    if (!Files.exists(JAIL)) return;
    try (var files = Files.list(JAIL)) {
      for (Path file : files.toList()) Files.delete(file);
    }
    Files.delete(JAIL);
  }

  private static void sh(String command) throws IOException {
    Program.Result result = Program.run(10_000, List.of("sh", "-c", command));
    assertThat(result.exit()).as(command + ": " + result.output()).isZero();
  }

  /// A real monitor that never runs its guest; it opens `tap0` by name wherever it is.
  private enum Kind {
    QEMU {
      @Override
      List<String> command() {
        return List.of(
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
            READY.toString());
      }

      @Override
      void holdTap() {}
    },
    FIRECRACKER {
      @Override
      List<String> command() throws IOException {
        var program = FirecrackerProgram.find(System.getenv());
        assumeTrue(
            program.isPresent(),
            "SKIPPED: no Firecracker: ATOLL_FIRECRACKER names none, and none is on the PATH");
        Files.createFile(JAIL.resolve("monitor.log")); // as its node keeps one
        return List.of(
            program.get().binary().toString(),
            "--id",
            "atoll-iwrong-7",
            "--api-sock",
            READY.toString());
      }

      /// It opens the tap when it is told of it, and KVM only when it starts its guest.
      @Override
      void holdTap() throws IOException {
        sh(
            "curl -sSf --max-time 10 --unix-socket "
                + READY
                + " -X PUT -d '{\"iface_id\":\"eth0\",\"host_dev_name\":\"tap0\"}'"
                + " http://localhost/network-interfaces/eth0");
      }
    };

    /// There once the monitor can be used.
    private static final Path READY = JAIL.resolve("api.sock");

    abstract List<String> command() throws IOException;

    abstract void holdTap() throws IOException;
  }

  private void start(Kind kind, String namespace) throws Exception {
    var command = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
    command.addAll(kind.command());
    monitor =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    for (int i = 0; i < 200 && !Files.exists(Kind.READY); i++)
      assertThat(monitor.waitFor(50, TimeUnit.MILLISECONDS)).isFalse();
    assertThat(Kind.READY).as("the monitor came up within 10 s").exists();
    kind.holdTap();
  }

  private Diagnosis diagnosis(boolean ended) throws IOException {
    try (var ledger = Ledger.open(home.resolve("journal"));
        var doctor = new Doctor(home, Patience.USUAL)) {
      long pid = monitor == null ? 0x3ffffe : monitor.pid();
      long ticks = monitor == null ? 1 : Procfs.startTime(pid);
      var entry =
          ledger.open(List.of(new HostObject.Monitor("iwrong-7", JAIL, pid, ticks))).getFirst();
      if (ended) ledger.close(entry);
      return doctor.look("iwrong", null, false).diagnosis();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aMonitorInAnotherNamespaceWithATapThatItMadeItself(Kind kind) throws Exception {
    sh("ip netns add " + STRAY);
    start(kind, STRAY);
    Diagnosis said = diagnosis(false);
    assertThat(said.verdict()).isEqualTo(Verdict.BROKEN);
    assertThat(said.cause().failure().id()).isEqualTo("vmm.wrong_namespace");
    assertThat(said.cause().evidence().toString()).contains("not persistent");
  }

  @ParameterizedTest
  @EnumSource
  void anOrphanWhoseSlotWasMadeAnew(Kind kind) throws Exception {
    start(kind, NAME);
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

  @ParameterizedTest
  @EnumSource
  void aBridgeWithoutCarrierWhoseMacMoves(Kind kind) throws Exception {
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
    start(kind, NAME);
    // The kernel's link watch runs at most a second behind.
    for (int i = 0; i < 100 && !checkup.problems().isEmpty(); i++)
      assertThat(monitor.waitFor(50, TimeUnit.MILLISECONDS)).isFalse();
    assertThat(checkup.problems()).isEmpty();
  }
}
