package atoll.node.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.core.Refusal;
import atoll.linux.kernel.Errno;
import atoll.linux.kernel.FileTree;
import atoll.linux.kernel.KernelException;
import atoll.node.ledger.HostObject;
import atoll.node.ledger.Recovery;
import atoll.node.ledger.Survivor;
import atoll.node.ledger.Sweeper;
import atoll.protocol.node.RunningSandbox;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The process dies before each step in turn, or a step meets a full or a broken disk: the next
/// start leaves nothing that is nobody's, and loses no sandbox that ran.
///
/// Steps are those of a start, an end, an adoption and a recovery, with each write of the journal
/// before and after it reached the file.
class CrashTest {
  @TempDir Path homes;

  /// What a process does until it dies.
  @FunctionalInterface
  private interface Life {
    void live(FakeWorld world, Sandboxes sandboxes) throws IOException;
  }

  @Test
  void aDeathInAStartOrAnEndLeavesNothing() throws IOException {
    int steps = 0;
    while (dies(homes.resolve("start-" + steps), steps, CrashTest::createAndKill)) steps++;
    System.out.println("deaths in a start and an end: " + steps);
    assertThat(steps).isGreaterThan(40);
  }

  private static void createAndKill(FakeWorld world, Sandboxes sandboxes) {
    sandboxes.create(FakeWorld.inNetwork(FakeWorld.ID), world.template);
    sandboxes.kill(FakeWorld.ID);
  }

  private boolean dies(Path home, int step, Life life) throws IOException {
    var world = new FakeWorld(home);
    world.crashAt = step;
    live(world, life);
    boolean died = world.frozen;
    var next = new FakeWorld(world);
    var sandboxes = new Sandboxes(next.workshop(), 1);
    restart(next, sandboxes);
    endAll(next, sandboxes);
    return died;
  }

  /// A sandbox that ran is there again, whichever step of the restart the process dies at; one that
  /// was being ended is there wholly or not at all.
  @Test
  void aDeathInARestartLosesNoSandbox() throws IOException {
    int steps = 0;
    while (diesInRestart(homes.resolve("restart-" + steps), steps)) steps++;
    System.out.println("deaths in a restart: " + steps);
    assertThat(steps).isGreaterThan(25);
  }

  private boolean diesInRestart(Path home, int step) throws IOException {
    var first = new FakeWorld(home);
    var running = new Sandboxes(first.workshop(), 1);
    running.create(FakeWorld.inNetwork(FakeWorld.ID), first.template);
    first.crashAt = first.steps.size() + 14; // in the midst of another start: there are strays too
    try {
      running.create(FakeWorld.request(FakeWorld.OTHER), first.template);
    } catch (Refusal dead) {
      assertThat(first.frozen).isTrue();
    }
    first.ledger.close();
    var second = new FakeWorld(first);
    second.crashAt = step;
    var ending = new AtomicBoolean();
    live(
        second,
        (world, sandboxes) -> {
          restart(world, sandboxes);
          ending.set(true);
          sandboxes.kill(FakeWorld.ID);
        });
    var third = new FakeWorld(second);
    var sandboxes = new Sandboxes(third.workshop(), 1);
    restart(third, sandboxes);
    if (!ending.get())
      assertThat(sandboxes.running())
          .as("after a death before step %d, %s", step, second.steps)
          .extracting(RunningSandbox::id)
          .containsExactly(FakeWorld.ID);
    endAll(third, sandboxes);
    return second.frozen;
  }

  static Stream<IOException> diskFaults() {
    return Stream.of(
        new FileSystemException("x", null, "No space left on device"),
        new KernelException("write x", Errno.EIO));
  }

  @ParameterizedTest
  @MethodSource("diskFaults")
  void aDiskFaultAtAnyStepLeavesNothingAfterTheNextStart(IOException fault) throws IOException {
    int points = 0;
    for (boolean met = true; met; points++) {
      var world = new FakeWorld(homes.resolve("fault-" + points));
      world.failAt = points;
      world.failure = fault;
      live(world, CrashTest::createAndKill);
      met = world.steps.size() > points;
      var next = new FakeWorld(world);
      var sandboxes = new Sandboxes(next.workshop(), 1);
      restart(next, sandboxes);
      endAll(next, sandboxes);
    }
    System.out.println("points of " + fault.getMessage() + ": " + (points - 1));
    assertThat(points).isGreaterThan(40);
  }

  private static void live(FakeWorld world, Life life) throws IOException {
    try {
      life.live(world, new Sandboxes(world.workshop(), 1));
    } catch (Refusal | FakeWorld.Death refused) {
      assertThat(refused).hasMessageNotContaining("left behind");
    }
    world.ledger.close();
  }

  /// As a node does it.
  private static void restart(FakeWorld world, Sandboxes sandboxes) throws IOException {
    Survivor.Sorted left = Survivor.sort(world.ledger.left(), s -> isThere(world, s));
    var report = Recovery.run(world.ledger, left.strays(), new WorldSweeper(world));
    assertThat(report.failed()).isEmpty();
    sandboxes.adopt(left.survivors(), _ -> world.template);
  }

  private static boolean isThere(FakeWorld world, Survivor survivor) {
    var vm = world.monitors.get(survivor.sandbox().name());
    return vm != null && vm.alive() && vm.pid() == survivor.process().pid();
  }

  private static void endAll(FakeWorld world, Sandboxes sandboxes) throws IOException {
    assertThat(sandboxes.close()).isEmpty();
    assertThat(world.left()).as("after %s", world.steps).isEmpty();
    assertThat(world.ledger.entries()).isEmpty();
    world.ledger.close();
  }

  private record WorldSweeper(FakeWorld world) implements Sweeper {
    @Override
    public boolean monitor(HostObject.Monitor monitor) throws IOException {
      world.reached("sweep monitor");
      var vm = world.monitors.get(monitor.name());
      if (vm == null || !vm.alive()) return false;
      vm.die(-1, 9, "");
      return true;
    }

    @Override
    public boolean group(HostObject.Group group) throws IOException {
      world.reached("sweep group");
      return world.groups.remove(group.name()) != null;
    }

    @Override
    public boolean namespace(HostObject.Namespace namespace) throws IOException {
      world.reached("sweep namespace");
      String name = namespace.anchor().getFileName().toString();
      return world.slots.remove(Integer.valueOf(name.substring("fake-".length())));
    }

    @Override
    public boolean wayOut(HostObject.WayOut wayOut) {
      return false;
    }

    @Override
    public boolean bridge(HostObject.Bridge bridge) {
      return false;
    }

    @Override
    public boolean port(HostObject.Port port) throws IOException {
      world.reached("sweep port");
      return world.ports.remove(port.link());
    }

    @Override
    public boolean directory(HostObject.Directory directory) throws IOException {
      world.reached("sweep directory");
      return FileTree.remove(directory.path());
    }

    @Override
    public boolean file(HostObject.PlainFile file) {
      return false;
    }
  }
}
