package atoll.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import atoll.core.Deadline;
import atoll.protocol.agent.AgentClient;
import atoll.protocol.agent.ExecRequest;
import atoll.protocol.agent.ExecResult;
import atoll.protocol.http.SocketConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The agent's bundle, copied into roots that share nothing with the machine that made it.
@Tag("real")
@Tag("e2e")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class AgentBundleTest {
  /// A bundle, and the command that talks to its agent.
  private static final String BESIDE_AN_AGENT =
      """
      ip link set lo up && mount -t tmpfs none /sys/fs/cgroup || exit
      "$1/bin/atoll-agent" --no-vm --address 127.0.0.1 >&2 &
      shift
      "$@"
      code=$?
      kill $! && wait
      exit $code
      """;

  private static final String TWO_USERS =
      "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n";

  @TempDir static Path folder;
  private static Path bundle;

  @BeforeAll
  static void write() throws Exception {
    assumeTrue(Project.isRoot(), "SKIPPED: chroot and mounts need root");
    Path built = Project.root().resolve("cli/target/atoll");
    assumeTrue(Files.isDirectory(built), "SKIPPED: " + built + " is missing: ./atoll install");
    bundle = folder.resolve("made here");
    Program.of(Project.root().resolve("atoll").toString(), "agent", "bundle", bundle.toString())
        .with("ATOLL_NO_BUILD", "1")
        .run(Duration.ofMinutes(4))
        .expectSuccess();
  }

  /// A root with nothing in it but the agent and who root is.
  private static Path root(String name) throws Exception {
    Path root = Files.createDirectory(folder.resolve(name));
    for (String part : new String[] {"proc", "dev", "tmp", "etc", "bin", "lib", "opt"})
      Files.createDirectory(root.resolve(part));
    Files.writeString(root.resolve("etc/passwd"), "root:x:0:0:root:/:/bin/sh\n");
    Program.of("cp", "-r", bundle.toString(), root.resolve("opt/agent").toString())
        .run(Duration.ofMinutes(1))
        .expectSuccess();
    return root;
  }

  /// An agent in such a root, in a mount namespace that ends with it.
  private record Inside(Process process, int port) implements AutoCloseable {
    /// This machine's own control groups are covered: the agent would make some of its own.
    private static final String SCRIPT =
        "mount -t proc proc \"$1/proc\" &&"
            + " if [ \"$1\" = / ]; then mount -t tmpfs none /sys/fs/cgroup; else mount --rbind /dev \"$1/dev\"; fi &&"
            + " exec chroot \"$1\" \"$2/bin/atoll-agent\" --port $3 --address 127.0.0.1";

    static Inside start(Path root) throws Exception {
      return start(root, Path.of("/opt/agent"));
    }

    /// @param agent the bundle's folder, as it is called in that root
    static Inside start(Path root, Path agent) throws Exception {
      int port;
      try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        port = socket.getLocalPort();
      }
      String[] command = {"unshare", "-m", "--propagation", "private", "sh", "-c", SCRIPT, "sh"};
      var words = new ArrayList<>(List.of(command));
      words.addAll(List.of(root.toString(), agent.toString(), Integer.toString(port)));
      return new Inside(new ProcessBuilder(words).inheritIO().start(), port);
    }

    ExecResult exec(String... command) throws Exception {
      return Until.found(
          Duration.ofSeconds(30),
          "an answer of the agent",
          () -> {
            try (var agent = connect()) {
              var deadline = Deadline.after(Duration.ofSeconds(20));
              return Optional.of(agent.exec(ExecRequest.as("root", command), 1 << 16, deadline));
            } catch (java.net.ConnectException notYet) {
              if (!process.isAlive()) throw new AssertionError("the agent ended", notYet);
              return Optional.empty();
            }
          });
    }

    private AgentClient connect() throws IOException {
      return new AgentClient(
          new SocketConnection(new Socket(InetAddress.getLoopbackAddress(), port)), null);
    }

    @Override
    public void close() throws InterruptedException {
      process.destroy();
      if (!process.waitFor(10, TimeUnit.SECONDS)) process.destroyForcibly().waitFor();
    }
  }

  @Test
  void runsWhereThereIsNothingElse() throws Exception {
    try (var agent = Inside.start(root("nothing"))) {
      ExecResult shell = agent.exec("/bin/sh", "-c", "echo hi");
      assertThat(shell.exitCode()).as("no shell is there").isEqualTo(127);
    }
  }

  @Test
  void runsBesideAStaticBusyBox() throws Exception {
    Path busybox = Path.of("/bin/busybox");
    assumeTrue(Files.exists(busybox), "SKIPPED: " + busybox + " is missing: busybox-static");
    Path root = root("busybox");
    Files.copy(busybox, root.resolve("bin/busybox"));
    Files.createSymbolicLink(root.resolve("bin/sh"), Path.of("busybox"));
    try (var agent = Inside.start(root)) {
      ExecResult result = agent.exec("sh", "-c", "echo $0 $HOME");
      assertThat(result.out()).isEqualTo("sh /\n");
      assertThat(result.exitCode()).isZero();
    }
  }

  /// Every program that the checks use is the BusyBox there: no C library, no locale, no bash.
  @TestFactory
  Stream<DynamicTest> keepsItsContractBesideAStaticBusyBox() throws Exception {
    Path busybox = Path.of("/bin/busybox");
    assumeTrue(Files.exists(busybox), "SKIPPED: " + busybox + " is missing: busybox-static");
    Path root = root("contract");
    Files.createDirectory(root.resolve("root"));
    Files.writeString(root.resolve("etc/passwd"), TWO_USERS);
    Files.writeString(root.resolve("etc/group"), "root:x:0:\nnogroup:x:65534:\n");
    Files.copy(busybox, root.resolve("bin/busybox"));
    var applets = Program.of(busybox.toString(), "--list").run(Duration.ofSeconds(10));
    for (String applet : applets.expectSuccess().out().lines().toList())
      if (!applet.equals("busybox"))
        Files.createSymbolicLink(root.resolve("bin").resolve(applet), Path.of("busybox"));
    try (var agent = Inside.start(root)) {
      assertThat(agent.exec("true").exitCode()).isZero();
      return Contract.checks("127.0.0.1", agent.port(), "/tmp/contract");
    }
  }

  @TestFactory
  Stream<DynamicTest> keepsItsContractOnThisMachine() throws Exception {
    try (var agent = Inside.start(Path.of("/"), bundle)) {
      assertThat(agent.exec("true").exitCode()).isZero();
      return Contract.checks("127.0.0.1", agent.port(), folder.resolve("contract"));
    }
  }

  /// Knows the agent's usual port alone, and finds it on a loopback of its own.
  @TestFactory
  Stream<DynamicTest> answersTheEarlierPythonSdk() throws Exception {
    Sdk sdk = Sdk.earlierPython();
    var inside = new ArrayList<>(List.of("unshare", "-n", "-m", "--propagation", "private"));
    inside.addAll(List.of("sh", "-c", BESIDE_AN_AGENT, "sh", bundle.toString()));
    inside.addAll(sdk.interpreter());
    return Scenario.run(new Sdk(sdk.folder(), inside), Map.of(), "earlier.py");
  }

  @Test
  void runsBesideMusl() throws Exception {
    assumeTrue(Project.has("musl-gcc"), "SKIPPED: no musl-gcc: apt-get install musl-tools");
    Path root = root("musl");
    Path source = Files.writeString(folder.resolve("program.c"), "int main(void){return 42;}\n");
    Path program = root.resolve("bin/program");
    Program.of("musl-gcc", source.toString(), "-o", program.toString())
        .run(Duration.ofSeconds(30))
        .expectSuccess();
    String loader = "lib/ld-musl-x86_64.so.1";
    Files.copy(Path.of("/" + loader).toRealPath(), root.resolve(loader));
    root.resolve(loader).toFile().setExecutable(true);
    try (var agent = Inside.start(root)) {
      assertThat(agent.exec("program").exitCode()).isEqualTo(42);
    }
  }

  @Test
  void runsFromAnyFolderOfThisMachineAndLeavesItsClockAlone() throws Exception {
    Path copy = folder.resolve("ü copy");
    Program.of("cp", "-r", bundle.toString(), copy.toString())
        .run(Duration.ofMinutes(1))
        .expectSuccess();
    var version = Program.of(copy.resolve("bin/atoll-agent").toString(), "-version");
    assertThat(version.run(Duration.ofSeconds(20)).expectSuccess().out()).isEqualTo("0.6.13\n");
    var wrong = Program.of(copy.resolve("bin/atoll-agent").toString(), "--port", "x");
    assertThat(wrong.run(Duration.ofSeconds(20)).err()).contains("not a port: x");
  }
}
