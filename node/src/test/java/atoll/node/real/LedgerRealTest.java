package atoll.node.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import atoll.linux.cgroup.Cgroups;
import atoll.linux.kernel.FileTree;
import atoll.node.LedgerAudit;
import atoll.node.ledger.Failpoint;
import atoll.testkit.FakeVmm;
import atoll.testkit.TestSlot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Ledger and kernel, compared while a node works and after it has left. The monitors do nothing,
/// and are real processes in real namespaces and groups.
@Tag("real")
@Timeout(120)
class LedgerRealTest {
  private static final int MANY = 50;
  private static final Duration MOST = Duration.ofSeconds(2);
  private Path home;
  private RealHost host;

  @BeforeEach
  void open() throws IOException {
    assumeTrue(TestSlot.possible(), "SKIPPED: real sandboxes need root and /dev/net/tun");
    home = RealHost.newHome();
    host = new RealHost(home, Failpoint.NONE, new FakeVmm());
  }

  @AfterEach
  void close() throws IOException {
    if (host != null) host.close();
    if (home != null) FileTree.remove(home);
  }

  @Test
  void aLedgerIsAsItsHostIsAndAStrayIsFoundAndRemoved() throws Exception {
    host.sandboxes.create(RealHost.request("ione"), host.template);
    LedgerAudit.Report fine = LedgerAudit.of(home, false);
    assertThat(fine.nodeRuns()).isTrue();
    assertThat(fine.missing()).isEmpty();
    assertThat(fine.strays()).isEmpty();
    assertThat(fine.entries()).isGreaterThan(4);

    Path jail = Files.createDirectory(home.resolve("sandboxes/istray-99"));
    Process process =
        new ProcessBuilder("/bin/sh", "-c", "read nothing", "atoll-istray-99", jail + "/qmp.sock")
            .start();
    try {
      LedgerAudit.Report found = LedgerAudit.of(home, false);
      assertThat(found.strays())
          .anyMatch(s -> s.startsWith("monitor istray-99"))
          .anyMatch(s -> s.equals("directory " + jail));
      LedgerAudit.Report repaired = LedgerAudit.of(home, true);
      assertThat(repaired.failed()).isEmpty();
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(jail).doesNotExist();
    } finally {
      process.destroyForcibly();
    }
    assertThat(LedgerAudit.of(home, false).consistent()).isTrue();
    assertThat(host.sandboxes.running()).hasSize(1);
  }

  @Test
  void whatIsGoneIsStruckOnceNoNodeRuns() throws Exception {
    host.sandboxes.create(RealHost.request("igone"), host.template);
    host.leave();
    assertThat(LedgerAudit.of(home, false).consistent()).isTrue();
    Path folder;
    try (var folders = Files.list(home.resolve("sandboxes"))) {
      folder = folders.findFirst().orElseThrow();
    }
    FileTree.remove(folder);
    LedgerAudit.Report found = LedgerAudit.of(home, false);
    assertThat(found.nodeRuns()).isFalse();
    assertThat(found.missing()).containsExactly("directory " + folder);
    assertThat(LedgerAudit.of(home, true).mended()).containsExactly("struck directory " + folder);
    assertThat(LedgerAudit.of(home, false).consistent()).isTrue();
    host = new RealHost(home, Failpoint.NONE, new FakeVmm());
    assertThat(host.sandboxes.running()).as("it lacks its folder").isEmpty();
    assertThat(groups()).isEmpty();
  }

  /// The names of groups begin with a mark of their home.
  private List<String> groups() throws IOException {
    String mark = atoll.node.sandbox.SandboxPaths.groupMark(home);
    return Cgroups.detect().names().stream().filter(g -> g.startsWith(mark)).toList();
  }

  @Test
  void fiftySandboxesAreTakenOver() throws Exception {
    for (int i = 0; i < MANY; i++)
      host.sandboxes.create(RealHost.request("imany" + i), host.template);
    host.leave();
    Duration before = ownProcessorTime();
    long start = System.nanoTime();
    host = new RealHost(home, Failpoint.NONE, new FakeVmm());
    long millis = (System.nanoTime() - start) / 1_000_000;
    Duration used = ownProcessorTime().minus(before);
    System.out.println(
        "took over "
            + MANY
            + " sandboxes in "
            + millis
            + " ms, "
            + used.toMillis()
            + " ms of work");
    // Its own work, since other programs of this host may hold it up; what else it waits for is in
    // the bound of the wall clock where nothing does.
    assertThat(used).isLessThan(MOST);
    if (load() < Runtime.getRuntime().availableProcessors())
      assertThat(Duration.ofMillis(millis)).isLessThan(MOST);
    assertThat(host.sandboxes.running()).hasSize(MANY);
    assertThat(host.recovered.failed()).isEmpty();
    assertThat(LedgerAudit.of(home, false).consistent()).isTrue();
  }

  private static Duration ownProcessorTime() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow();
  }

  private static double load() throws IOException {
    return Double.parseDouble(Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0]);
  }
}
