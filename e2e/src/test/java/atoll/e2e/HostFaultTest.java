package atoll.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import atoll.core.json.JsonReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Things around Atoll that break or are missing: it says so, recovers where it can, and sweeps up
/// after a lost node.
@Tag("real")
@Tag("e2e")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HostFaultTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final List<String> LAUNCHER_NEEDS =
      List.of("bash", "env", "cat", "tr", "find", "readlink", "mkdir", "mktemp", "touch", "flock");

  private Atoll atoll;
  private Api api;

  @BeforeEach
  void start() throws Exception {
    atoll = Atoll.shared();
    api = new Api(atoll);
    for (String id : api.running()) api.delete("/sandboxes/" + id);
  }

  @Test
  @Order(1)
  void aSecondStartInTheSameHomeIsRefused() throws Exception {
    var second = Atoll.up(atoll.home());
    assertThat(second.exit()).isNotZero();
    assertThat(second.out() + second.err()).contains(Long.toString(atoll.pid()));
    assertThat(atoll.alive()).isTrue();
  }

  @Test
  @Order(2)
  void aKilledDatabaseIsSaidAndComesBack() throws Exception {
    String sandbox = api.create().text("sandboxID");
    ProcessHandle postmaster =
        atoll
            .processes()
            .filter(p -> p.commandLine().contains("postgres") && p.commandLine().contains("-D"))
            .map(CommandLine::process)
            .findFirst()
            .orElseThrow();
    postmaster.destroyForcibly();
    Until.holds(
        SOON,
        "the database again",
        () -> {
          // The dead server's sessions answer for a moment still; the new one starts after them.
          boolean back = atoll.said().contains("the database server is back");
          var answer = api.get("/v2/sandboxes");
          assertThat(answer.status()).as(answer.toString()).isIn(200, 500, 503);
          if (answer.status() != 200) assertThat(answer.text("message")).isNotBlank();
          return back && answer.status() == 200;
        });
    assertThat(postmaster.isAlive()).isFalse();
    assertThat(api.running()).contains(sandbox);
    assertThat(api.delete("/sandboxes/" + sandbox).status()).isEqualTo(204);
  }

  @Test
  @Order(3)
  void aSandboxOutlivesANodeThatIsKilledHard() throws Exception {
    String sandbox = api.create().text("sandboxID");
    var monitors = atoll.monitors();
    assertThat(monitors).isNotEmpty();
    atoll.killHard();
    atoll = Atoll.shared();
    api = new Api(atoll);
    assertThat(monitors).allMatch(ProcessHandle::isAlive);
    assertThat(api.running()).contains(sandbox);
    assertThat(api.health(sandbox).status()).isEqualTo(204);
    assertThat(atoll.said()).contains("adopted sandbox " + sandbox);
    assertThat(atoll.said()).contains("removed what an earlier node left");
    assertThat(api.delete("/sandboxes/" + sandbox).status()).isEqualTo(204);
    Until.holds(SOON, "nothing left of it", () -> Host.sandboxesOf(atoll).things().isEmpty());
    assertThat(api.create().status()).isEqualTo(201);
  }

  @Test
  @Order(4)
  void stoppingLeavesNothingInTheKernel() throws Exception {
    Host running = Host.kernel();
    api.create();
    atoll.close();
    var left = Host.kernel().things();
    assertThat(atoll.processes().filter(p -> p.process().pid() != ProcessHandle.current().pid()))
        .isEmpty();
    assertThat(left).hasSizeLessThan(running.things().size());
  }

  @Test
  @Order(5)
  void aStartThatIsNotReadyIsStoppedAndLeavesNothing() throws Exception {
    Path home = atoll.home();
    atoll.close();
    Host before = Host.kernel();
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var start = executor.submit(() -> Atoll.up(home));
      Path lock = home.resolve("run/lock");
      Until.holds(SOON, "a start under way", () -> Files.size(lock) > 0);
      var down = Atoll.command(home, "down").expectSuccess();
      assertThat(down.out()).contains("\"stopped\":true");
      assertThat(start.get().exit()).as("a start that was stopped").isNotZero();
    }
    assertThat(atoll.processes().filter(p -> p.process().pid() != ProcessHandle.current().pid()))
        .isEmpty();
    assertThat(Host.kernel().beyond(before)).isEmpty();
  }

  @Test
  @Order(6)
  void aFullDiskIsSaidAndNothingIsLeaked(@TempDir Path folder) throws Exception {
    assumeFalse(
        Project.monitor().equals("firecracker"),
        "SKIPPED: a jailed Firecracker's template lies on its sandbox's disk, which this one fills");
    Path templates = atoll.home().resolve("templates");
    atoll.close();
    try (var small = new SmallDisk(folder.resolve("home"), "256m")) {
      small.shows(templates, "templates");
      Files.createDirectory(small.folder().resolve("run"));
      Files.copy(
          atoll.home().resolve("run/accelerator.json"),
          small.folder().resolve("run/accelerator.json"));
      try (var tight = Atoll.start(small.folder(), "--vmm", Project.monitor())) {
        var tightApi = new Api(tight);
        var before = Host.sandboxesOf(tight);
        small.fill();
        var answer = tightApi.create();
        assertThat(answer.status()).as(answer.toString()).isIn(500, 503, 507);
        assertThat(answer.text("message")).isNotBlank();
        Until.holds(SOON, "nothing left", () -> Host.sandboxesOf(tight).beyond(before).isEmpty());
        small.empty();
        Until.holds(SOON, "a start with room again", () -> tightApi.create().status() == 201);
      }
    }
  }

  @Test
  @Order(7)
  void aMissingPackageIsNamed() throws Exception {
    Path folder = Files.createTempDirectory("atoll-e2e-path");
    try {
      for (String program : LAUNCHER_NEEDS) {
        Path real = Path.of("/usr/bin", program);
        if (Files.exists(real)) Files.createSymbolicLink(folder.resolve(program), real);
      }
      var outcome =
          Program.of(Project.root().resolve("atoll").toString(), "up", "--no-install", "-o", "json")
              .with("ATOLL_NO_BUILD", "1")
              .with("PATH", folder.toString())
              .run(SOON);
      assertThat(outcome.exit()).as(outcome.toString()).isEqualTo(3);
      var error =
          JsonReader.readObject(outcome.out().getBytes(StandardCharsets.UTF_8)).object("error");
      assertThat(error.text("message").orElse("")).contains("qemu-system-x86", "qemu-utils");
      assertThat(error.text("hint").orElse("")).contains("apt-get install");
    } finally {
      for (String program : LAUNCHER_NEEDS) Files.deleteIfExists(folder.resolve(program));
      Files.delete(folder);
    }
  }

  @Test
  @Order(8)
  void aMissingTunDeviceIsNamedByUpAndDemo(@TempDir Path folder) throws Exception {
    for (var command : List.of("up --port 0 --edge-port 0", "demo")) {
      var words =
          new ArrayList<>(
              List.of(
                  "unshare",
                  "--mount",
                  "sh",
                  "-c",
                  "mount -t tmpfs none /dev/net && exec \"$@\"",
                  "sh",
                  Project.root().resolve("atoll").toString()));
      words.addAll(List.of(command.split(" ")));
      words.addAll(List.of("-o", "json", "--home", folder.resolve("home").toString()));
      var outcome = Program.of(words.toArray(String[]::new)).run(SOON);
      assertThat(outcome.exit()).as(outcome.toString()).isEqualTo(3);
      var error =
          JsonReader.readObject(outcome.out().getBytes(StandardCharsets.UTF_8)).object("error");
      assertThat(error.text("reason")).contains("tun_missing");
      assertThat(error.text("hint").orElse("")).contains("modprobe tun");
    }
  }
}
