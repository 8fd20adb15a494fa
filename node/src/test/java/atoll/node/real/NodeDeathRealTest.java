package atoll.node.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import atoll.core.Deadline;
import atoll.core.SandboxId;
import atoll.linux.kernel.FileTree;
import atoll.node.ledger.Failpoint;
import atoll.node.ledger.HostObject;
import atoll.node.ledger.Ledger;
import atoll.protocol.node.RunningSandbox;
import atoll.protocol.node.SandboxExit;
import atoll.protocol.node.SandboxInspection;
import atoll.testkit.TestSlot;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A node process that dies, on the running kernel: the next one finds and removes everything.
@Tag("real")
@Timeout(120)
class NodeDeathRealTest {
  private Path home;

  @BeforeEach
  void makeHome() throws IOException {
    assumeTrue(TestSlot.possible(), "SKIPPED: real sandboxes need root and /dev/net/tun");
    home = RealHost.newHome();
  }

  @AfterEach
  void removeHome() throws IOException {
    if (home != null) FileTree.remove(home);
  }

  @Test
  void aSandboxOutlivesItsNodeAndIsTheNextOnes() throws Exception {
    Process victim = victim(-1);
    awaitLine(victim, "running");
    victim.destroyForcibly().waitFor();
    assertThat(RealHost.left(home)).anyMatch(l -> l.startsWith("process"));
    SandboxId id = RealHost.request("ivictim").id();
    try (var next = new RealHost(home, Failpoint.NONE)) {
      assertThat(next.recovered.failed()).isEmpty();
      assertThat(next.recovered.removed()).noneMatch(r -> r.startsWith("monitor"));
      assertThat(next.lost).isEmpty();
      assertThat(next.sandboxes.running()).extracting(RunningSandbox::id).containsExactly(id);
      ticks(next, id);
      SandboxInspection seen = next.sandboxes.inspect(id).orElseThrow();
      assertThat(seen.timeline().entries()).isNotEmpty();
      assertThat(next.sandboxes.create(RealHost.request("ibeside"), next.template)).isNotNull();
      assertThat(next.sandboxes.kill(id)).isTrue();
      assertThat(Path.of(seen.disk().overlay())).doesNotExist();
    }
    assertThat(RealHost.left(home)).isEmpty();
  }

  @Test
  void theEndOfAnAdoptedSandboxIsToldOnceAndLeavesNothing() throws Exception {
    Process victim = victim(-1);
    awaitLine(victim, "running");
    victim.destroyForcibly().waitFor();
    SandboxId id = RealHost.request("ivictim").id();
    var exits = new ArrayBlockingQueue<SandboxExit>(2);
    try (var next = new RealHost(home, Failpoint.NONE)) {
      next.sandboxes.onExit(exits::add);
      long pid = next.sandboxes.inspect(id).orElseThrow().vmm().pid();
      ProcessHandle.of(pid).orElseThrow().destroyForcibly();
      assertThat(exits.poll(20, TimeUnit.SECONDS)).isNotNull();
      assertThat(next.sandboxes.running()).isEmpty();
      assertThat(RealHost.left(home)).isEmpty();
      assertThat(exits).isEmpty();
    }
  }

  /// The same, when the monitor dies while no node is there.
  @Test
  void aSandboxThatEndedMeanwhileIsSwept() throws Exception {
    Process victim = victim(-1);
    awaitLine(victim, "running");
    victim.destroyForcibly().waitFor();
    RealHost.left(home).stream()
        .filter(l -> l.startsWith("process"))
        .map(l -> Long.parseLong(l.substring("process ".length())))
        .forEach(pid -> ProcessHandle.of(pid).orElseThrow().destroyForcibly());
    assertThat(sweep()).anyMatch(r -> r.startsWith("namespace "));
  }

  @Test
  void aNodeCanLeaveItsSandboxesToTheNext() throws Exception {
    SandboxId id = RealHost.request("istay").id();
    var first = new RealHost(home, Failpoint.NONE);
    first.sandboxes.create(RealHost.request("istay"), first.template);
    first.leave();
    assertThat(anchors()).as("the stock of slots is gone").hasSize(1);
    try (var next = new RealHost(home, Failpoint.NONE)) {
      assertThat(next.sandboxes.running()).extracting(RunningSandbox::id).containsExactly(id);
      ticks(next, id);
    }
    assertThat(RealHost.left(home)).isEmpty();
    assertThat(anchors()).isEmpty();
  }

  /// Its console tells that the guest goes on; the console has no event of its own to wait for.
  private static void ticks(RealHost host, SandboxId id) throws InterruptedException {
    var deadline = Deadline.after(Duration.ofSeconds(20));
    String before = String.join("", host.sandboxes.console(id, 1));
    while (host.sandboxes.console(id, 1).isEmpty()
        || host.sandboxes.console(id, 1).getFirst().equals(before)) {
      assertThat(deadline.expired()).as("the guest's console says no more: " + before).isFalse();
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 6, 7, 8, 10, 12, 13, 14, 16, 18})
  void aNodeThatDiesAtAStepIsSweptByTheNext(int step) throws Exception {
    Process victim = victim(step);
    assertThat(victim.waitFor()).isEqualTo(9);
    sweep();
  }

  private List<String> sweep() throws IOException {
    List<Path> anchors = anchors();
    List<String> removed;
    try (var next = new RealHost(home, Failpoint.NONE)) {
      removed = next.recovered.removed();
      assertThat(next.lost).hasSizeLessThanOrEqualTo(1);
      next.sandboxes.running().forEach(adopted -> next.sandboxes.kill(adopted.id()));
      assertThat(next.recovered.failed()).isEmpty();
      assertThat(RealHost.left(home)).isEmpty();
    }
    assertThat(anchors()).isEmpty();
    assertThat(anchors).noneMatch(Files::exists);
    return removed;
  }

  /// The namespaces that the journal names.
  private List<Path> anchors() throws IOException {
    try (var ledger = Ledger.open(home.resolve("journal"))) {
      return ledger.left().stream()
          .flatMap(e ->
              e.object() instanceof HostObject.Namespace(Path anchor)
                  ? java.util.stream.Stream.of(anchor)
                  : null)
          .toList();
    }
  }

  private Process victim(int step) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new ProcessBuilder(
            java,
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            NodeVictim.class.getName(),
            home.toString(),
            Integer.toString(step))
        .redirectErrorStream(true)
        .start();
  }

  private static void awaitLine(Process victim, String wanted) throws IOException {
    BufferedReader lines = victim.inputReader();
    var said = new StringJoiner("\n");
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.equals(wanted)) return;
      said.add(line);
    }
    throw new AssertionError("the victim ended without '" + wanted + "':\n" + said);
  }
}
