package atoll.node.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import atoll.node.ledger.Failpoint;
import atoll.node.ledger.FileTree;
import atoll.node.ledger.HostObject;
import atoll.node.ledger.Ledger;
import atoll.testkit.TestSlot;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.StringJoiner;
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
  void aNodeKilledWhileASandboxRunsIsSweptByTheNext() throws Exception {
    Process victim = victim(-1);
    awaitLine(victim, "running");
    assertThat(RealHost.left(home)).anyMatch(l -> l.startsWith("process"));
    victim.destroyForcibly().waitFor();
    assertThat(RealHost.left(home))
        .as("monitors outlive the node")
        .anyMatch(l -> l.startsWith("process"));
    List<String> removed = sweep();
    assertThat(removed)
        .anyMatch(r -> r.startsWith("monitor ivictim-"))
        .anyMatch(r -> r.startsWith("namespace "));
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
      assertThat(next.recovered.failed()).isEmpty();
      assertThat(RealHost.left(home)).isEmpty();
      assertThat(next.ledger.left()).hasSizeGreaterThanOrEqualTo(anchors.size());
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
