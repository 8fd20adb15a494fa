package atoll.node.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import atoll.core.Refusal;
import atoll.core.SandboxId;
import atoll.linux.kernel.FileTree;
import atoll.node.disk.Qcow2Overlay;
import atoll.node.ledger.Failpoint;
import atoll.node.ledger.HostObject;
import atoll.protocol.node.RunningSandbox;
import atoll.protocol.node.SandboxExit;
import atoll.protocol.node.SandboxInspection;
import atoll.testkit.TestSlot;
import atoll.vmm.Vm;
import atoll.vmm.VmSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("real")
@Timeout(120)
class SandboxRealTest {
  private Path home;
  private RealHost host;

  @BeforeEach
  void open() throws IOException {
    assumeTrue(TestSlot.possible(), "SKIPPED: real sandboxes need root and /dev/net/tun");
    home = RealHost.newHome();
  }

  private void open(Failpoint failpoint) throws IOException {
    host = new RealHost(home, failpoint);
  }

  @AfterEach
  void close() throws IOException {
    if (host != null) {
      host.close();
      assertThat(RealHost.left(home)).isEmpty();
    }
    if (home != null) FileTree.remove(home);
  }

  @Test
  void aSandboxComesAndGoes() throws IOException {
    open(Failpoint.NONE);
    RunningSandbox running = host.sandboxes.create(RealHost.request("icome"), host.template);
    System.out.println(running.timeline());
    SandboxInspection seen = host.sandboxes.inspect(running.id()).orElseThrow();
    assertThat(ProcessHandle.of(seen.vmm().pid())).isPresent();
    List<Path> groups = groups(seen);
    assertThat(groups)
        .allSatisfy(g ->
            assertThat(Files.readString(g.resolve("cgroup.procs")))
                .contains("" + seen.vmm().pid()));
    assertThat(Path.of(seen.disk().overlay())).exists();
    assertThat(host.sandboxes.kill(running.id())).isTrue();
    assertThat(groups).noneMatch(Files::exists);
    assertThat(RealHost.left(home)).isEmpty();
    assertThat(ProcessHandle.of(seen.vmm().pid())).isEmpty();
    assertThat(host.ledger.entries()).allMatch(e -> e.object() instanceof HostObject.Namespace);
  }

  private static List<Path> groups(SandboxInspection seen) {
    return List.of(seen.cgroup().split(",")).stream().map(Path::of).toList();
  }

  @Test
  void twentyAtOnceAllSucceed() throws Exception {
    open(Failpoint.NONE);
    long start = System.nanoTime();
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var all =
          IntStream.range(0, 20)
              .mapToObj(i ->
                  executor.submit(
                      () -> host.sandboxes.create(RealHost.request("i" + i), host.template)))
              .toList();
      for (var one : all) one.get();
    }
    System.out.println("20 at once: " + (System.nanoTime() - start) / 1_000_000 + " ms");
    assertThat(host.sandboxes.running()).hasSize(20);
    host.sandboxes.close();
    assertThat(RealHost.left(home)).isEmpty();
  }

  @Test
  void aMonitorKilledInMidStartIsNamed() throws IOException {
    open(step -> {
      if (step.equals("restore")) killMonitors();
    });
    var failed =
        catchThrowableOfType(
            Refusal.Failed.class,
            () -> host.sandboxes.create(RealHost.request("idies"), host.template));
    assertThat(failed.reason()).isEqualTo("vmm_exited");
    assertThat(failed).hasMessageContaining("idies").hasMessageContaining("signal 9");
    assertThat(RealHost.left(home)).isEmpty();
  }

  @Test
  void aMonitorThatDiesWhileRunningIsToldAndCleanedUp() throws Exception {
    open(Failpoint.NONE);
    var exits = new ArrayBlockingQueue<SandboxExit>(2);
    host.sandboxes.onExit(exits::add);
    host.sandboxes.create(RealHost.request("icrash"), host.template);
    killMonitors();
    SandboxExit exit = exits.poll(10, TimeUnit.SECONDS);
    assertThat(exit.id()).isEqualTo(new SandboxId("icrash"));
    assertThat(exit.reason()).isEqualTo("vmm_exited");
    assertThat(RealHost.left(home)).isEmpty();
  }

  @Test
  void aBuildUnderWayEndsWithTheNode() throws Exception {
    open(Failpoint.NONE);
    try (var slot = host.builds.open("build-stub")) {
      Path overlay = slot.jail().directory().resolve("overlay.qcow2");
      Qcow2Overlay.create(overlay, host.template.disk());
      TestSlot.own(overlay, slot.jail().uid());
      var origin = new VmSpec.Origin.ColdBoot(host.template.kernel(), null, "", null);
      var spec =
          new VmSpec(
              "build-stub", 1, host.template.memorySize(), overlay, "02:FC:00:00:00:05", origin);
      Vm vm = host.vmm.start(spec, slot.jail());
      assertThat(RealHost.left(home)).hasSize(2);
      host.builds.close();
      assertThat(vm.exit().get(5, TimeUnit.SECONDS).signal()).isEqualTo(9);
      assertThat(RealHost.left(home)).isEmpty();
    }
  }

  @Test
  void aFullDiskIsSaidAndLeavesNothing() throws Exception {
    open(Failpoint.NONE);
    Path small = home.resolve("sandboxes");
    run("mount", "-t", "tmpfs", "-o", "size=8k,mode=0711", "tmpfs", small.toString());
    try {
      assertThatThrownBy(() -> host.sandboxes.create(RealHost.request("ifull"), host.template))
          .isInstanceOfSatisfying(
              Refusal.NoSpace.class, r -> assertThat(r.reason()).isEqualTo("disk_full"));
      assertThat(RealHost.left(home)).isEmpty();
    } finally {
      run("umount", small.toString());
    }
    host.sandboxes.create(RealHost.request("ifull"), host.template);
  }

  private static void run(String... command) throws Exception {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }

  private void killMonitors() throws IOException {
    for (String what : RealHost.left(home)) {
      if (!what.startsWith("process ")) continue;
      ProcessHandle.of(Long.parseLong(what.substring("process ".length())))
          .ifPresent(ProcessHandle::destroyForcibly);
    }
  }
}
