package atoll.node.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.core.Refusal;
import atoll.node.ledger.FileTree;
import atoll.node.ledger.HostObject;
import atoll.node.ledger.Ledger;
import atoll.node.ledger.Recovery;
import atoll.node.ledger.Sweeper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The process dies before each step of a create and of a kill in turn: the next start leaves
/// nothing.
class CrashTest {
  @TempDir Path homes;

  @Test
  void aDeathBeforeAnyStepIsCleanedUp() throws IOException {
    int steps = 0;
    boolean died = true;
    for (; died; steps++) died = dieAndRecover(steps);
    assertThat(steps).isGreaterThan(18);
  }

  private boolean dieAndRecover(int step) throws IOException {
    Path home = homes.resolve("home-" + step);
    var world = new FakeWorld(home);
    world.crashAt = step;
    var sandboxes = new Sandboxes(world.workshop(), 1);
    try {
      sandboxes.create(FakeWorld.request(FakeWorld.ID), world.template);
      sandboxes.kill(FakeWorld.ID);
    } catch (Refusal dead) {
      assertThat(world.frozen).as(dead.toString()).isTrue();
    }
    world.ledger.close();
    boolean died = world.frozen;
    world.frozen = false;
    recover(world, step);
    return died;
  }

  private static void recover(FakeWorld world, int step) throws IOException {
    try (var ledger = Ledger.open(world.home.resolve("journal"))) {
      var report = Recovery.run(ledger, new WorldSweeper(world));
      assertThat(report.failed()).isEmpty();
      world.slots.clear(); // the pool's own entries are its own business
      assertThat(world.left()).as("dead before step %d, after %s", step, world.steps).isEmpty();
      assertThat(ledger.entries()).isEmpty();
    }
  }

  private record WorldSweeper(FakeWorld world) implements Sweeper {
    @Override
    public boolean monitor(HostObject.Monitor monitor) {
      var vm = world.monitors.get(monitor.name());
      if (vm == null || !vm.alive()) return false;
      vm.die(-1, 9, "");
      return true;
    }

    @Override
    public boolean group(HostObject.Group group) {
      return world.groups.remove(group.name()) != null;
    }

    @Override
    public boolean namespace(HostObject.Namespace namespace) {
      return false;
    }

    @Override
    public boolean wayOut(HostObject.WayOut wayOut) {
      return false;
    }

    @Override
    public boolean directory(HostObject.Directory directory) throws IOException {
      return FileTree.remove(directory.path());
    }

    @Override
    public boolean file(HostObject.PlainFile file) {
      return false;
    }
  }
}
