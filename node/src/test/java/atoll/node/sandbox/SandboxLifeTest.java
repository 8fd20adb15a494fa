package atoll.node.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import atoll.core.Refusal;
import atoll.core.SandboxId;
import atoll.core.Timeline;
import atoll.protocol.network.EgressPolicy;
import atoll.protocol.node.GuestDialer;
import atoll.protocol.node.RunningSandbox;
import atoll.protocol.node.SandboxExit;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SandboxLifeTest {
  @TempDir Path home;
  private FakeWorld world;
  private Sandboxes sandboxes;

  @BeforeEach
  void open() throws IOException {
    world = new FakeWorld(home);
    sandboxes = new Sandboxes(world.workshop(), 2);
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    sandboxes.close();
    assertThat(world.left()).isEmpty();
    assertThat(world.ledger.entries()).isEmpty();
    world.close();
  }

  private RunningSandbox create(SandboxId id) {
    return sandboxes.create(FakeWorld.request(id), world.template);
  }

  private RunningSandbox create() {
    return sandboxes.create(FakeWorld.request(FakeWorld.ID), world.template);
  }

  @Test
  void aPolicyIsOnDiskAndInForceFromTheStartAndAfterAChange() throws IOException {
    create();
    assertThat(policyOnDisk()).isEqualTo(EgressPolicy.OPEN);
    sandboxes.updateEgress(FakeWorld.ID, EgressPolicy.CLOSED);
    assertThat(policyOnDisk()).isEqualTo(EgressPolicy.CLOSED);
    assertThat(sandboxes.inspect(FakeWorld.ID).orElseThrow().slot().veth()).isNull();
  }

  @Test
  void aChangeThatFailsLeavesThePolicyBefore() throws IOException {
    create();
    world.failures.put("egress", new IOException("nft: exit status 1"));
    assertThatThrownBy(() -> sandboxes.updateEgress(FakeWorld.ID, EgressPolicy.CLOSED))
        .isInstanceOf(Refusal.Failed.class)
        .hasMessageContaining("nft: exit status 1");
    assertThat(policyOnDisk()).isEqualTo(EgressPolicy.OPEN);
    world.failures.clear();
  }

  @Test
  void aSandboxThatIsGoneHasNoPolicyToChange() {
    create();
    sandboxes.kill(FakeWorld.ID);
    assertThatThrownBy(() -> sandboxes.updateEgress(FakeWorld.ID, EgressPolicy.OPEN))
        .isInstanceOf(Refusal.NotFound.class);
  }

  private EgressPolicy policyOnDisk() throws IOException {
    try (var folders = java.nio.file.Files.list(home.resolve("egress"))) {
      return PolicyFile.read(folders.findFirst().orElseThrow().resolve("policy.json"));
    }
  }

  @Test
  void aStartHasEveryStageInOrder() {
    assertThat(create().timeline().entries())
        .extracting(Timeline.Entry::stage)
        .containsExactly(
            "queue",
            "slot_claim",
            "clone",
            "vmm_spawn",
            "namespace_proof",
            "carrier",
            "restore",
            "agent",
            "init");
  }

  @Test
  void aSlotWithABusyTapIsLeftForAnotherOnce() {
    world.busyTaps.set(1);
    assertThat(create().timeline().entries())
        .extracting(Timeline.Entry::stage)
        .contains("retry", "init");
    sandboxes.kill(FakeWorld.ID);
    world.busyTaps.set(2);
    assertThatThrownBy(this::create)
        .isInstanceOf(Refusal.Failed.class)
        .extracting(e -> ((Refusal) e).reason())
        .isEqualTo("tap_busy");
  }

  @Test
  void aSeatIsJournaledPluggedAndProvenAndGivenUp() throws IOException {
    var running = sandboxes.create(FakeWorld.inNetwork(FakeWorld.ID), world.template);
    assertThat(running.timeline().entries())
        .extracting(Timeline.Entry::stage)
        .contains("port", "seat_proof");
    assertThat(world.steps).containsSubsequence("port_journal", "plug", "vmm_spawn", "init");
    assertThat(world.steps).containsSubsequence("init", "prove seat", "tenancy");
    assertThat(world.ports).containsExactly("atollp1");
    assertThat(world.addresses).as("what the guest was told").containsExactly("192.168.100.2/24");
    var network = sandboxes.inspect(FakeWorld.ID).orElseThrow().network();
    assertThat(network.address()).isEqualTo("192.168.100.2/24");
    assertThat(network.port()).isEqualTo("atollp1");
    sandboxes.kill(FakeWorld.ID);
    assertThat(world.ports).isEmpty();
    assertThat(world.seats).isEmpty();
    create();
    assertThat(sandboxes.inspect(FakeWorld.ID).orElseThrow().network()).isNull();
    assertThat(world.addresses).isEmpty();
  }

  @Test
  void aPortThatIsCutIsSeenAfterTheLinkItself() {
    sandboxes.create(FakeWorld.inNetwork(FakeWorld.ID), world.template);
    var slot = world.new FakeSlot(1, null, EgressPolicy.CLOSED);
    var seat = world.new FakeSeat(2, "atollp1");
    var looked = new LookedAfter(FakeWorld.ID, slot, seat, _ -> null);
    assertThat(looked.linkFault()).isEmpty();
    world.portCut = true;
    assertThat(looked.linkFault()).contains("port_cut");
    assertThat(new LookedAfter(FakeWorld.ID, slot, null, _ -> null).linkFault()).isEmpty();
  }

  @Test
  void aGuestThatDoesNotAnswerInItsNetworkHasNotStarted() {
    world.answersInNetwork = false;
    var refusal =
        catchThrowableOfType(
            Refusal.Failed.class,
            () -> sandboxes.create(FakeWorld.inNetwork(FakeWorld.ID), world.template));
    assertThat(refusal.reason()).isEqualTo("seat_unreachable");
    assertThat(refusal).hasMessageContaining("192.168.100.2");
    assertThat(world.ports).isEmpty();
    assertThat(world.seats).isEmpty();
  }

  @Test
  void aMonitorInAWrongNamespaceIsNotTriedAgain() {
    world.inodeOfMonitor = 7;
    assertThatThrownBy(this::create).isInstanceOf(Refusal.Failed.class);
    assertThat(world.monitors).hasSize(1);
    assertThat(world.steps).filteredOn(s -> s.equals("slot_claim")).hasSize(1);
  }

  @Test
  void theMonitorIsInItsGroupAndJournaledWithItsPid() {
    create();
    var vm = world.monitors.values().iterator().next();
    assertThat(world.groups.keySet().iterator().next()).endsWith("-" + vm.name);
    assertThat(world.groups.values().iterator().next().pids).containsExactly(vm.pid());
    assertThat(world.ledger.entries())
        .anyMatch(e -> e.object().describe().contains("pid " + vm.pid()));
  }

  @Test
  void killingTwiceIsQuiet() throws IOException {
    create();
    assertThat(sandboxes.kill(FakeWorld.ID)).isTrue();
    assertThat(world.left()).isEmpty();
    assertThat(sandboxes.kill(FakeWorld.ID)).isFalse();
  }

  @Test
  void theSameIdTwiceIsRefusedAndTheFirstLivesOn() {
    create();
    assertThatThrownBy(this::create).isInstanceOf(Refusal.Conflict.class);
    assertThat(sandboxes.running()).hasSize(1);
  }

  @Test
  void twentyAtOnceAllSucceed() throws Exception {
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var all =
          IntStream.range(0, 20)
              .mapToObj(i ->
                  executor.submit(() ->
                      sandboxes.create(FakeWorld.request(new SandboxId("i" + i)), world.template)))
              .toList();
      for (var one : all) assertThat(one.get().agentVersion()).isEqualTo("0.6.13");
    }
    assertThat(sandboxes.running()).hasSize(20);
    assertThat(world.slots).hasSize(20);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "slot_claim",
        "journal",
        "clone",
        "overlay",
        "ownership",
        "group",
        "vmm_spawn",
        "vmm_journal",
        "agent",
        "init"
      })
  void aFullDiskAtAnyStepLeavesNothing(String step) throws IOException {
    world.failures.put(step, new FileSystemException("x", null, "No space left on device"));
    assertThatThrownBy(this::create)
        .isInstanceOfSatisfying(
            Refusal.NoSpace.class, r -> assertThat(r.reason()).isEqualTo("disk_full"))
        .hasMessageContaining("itest");
    assertThat(world.left()).isEmpty();
  }

  @Test
  void noMemoryIsSaidBeforeAnythingIsMade() {
    world.available = Admission.RESERVE.count() + (300L << 20);
    assertThatThrownBy(this::create)
        .isInstanceOfSatisfying(
            Refusal.Unavailable.class, r -> assertThat(r.reason()).isEqualTo("no_memory"));
    assertThat(world.steps).allMatch(step -> step.startsWith("journal"));
  }

  @Test
  void promisesOfRunningGuestsCount() {
    world.available =
        Admission.RESERVE.count() + (600L << 20); // two promises of 320 MiB do not fit
    create();
    assertThatThrownBy(
            () -> sandboxes.create(FakeWorld.request(new SandboxId("other")), world.template))
        .isInstanceOf(Refusal.Unavailable.class);
    sandboxes.kill(FakeWorld.ID);
    create();
  }

  @ParameterizedTest
  @ValueSource(strings = {"spawn", "namespace", "run", "connect", "health", "init"})
  void aMonitorThatDiesAnywhereInAStartIsNamed(String moment) {
    world.dieAt = moment;
    var failed = catchThrowableOfType(Refusal.Failed.class, this::create);
    assertThat(failed.reason()).isEqualTo("vmm_exited");
    assertThat(failed).hasMessageContaining("itest").hasMessageContaining("exit status 1");
    assertThat(failed.detail()).contains("qemu: " + moment + " failed", "Kernel panic");
  }

  @Test
  void aMonitorThatDiesWhileTheAgentHangsIsKnownAtOnce() throws Exception {
    world.limits = FakeWorld.limits(java.time.Duration.ofSeconds(20));
    sandboxes = new Sandboxes(world.workshop(), 2);
    world.hangAt = new CountDownLatch(1);
    world.hangStep = "health";
    var start =
        CompletableFuture.supplyAsync(
            () -> catchThrowableOfType(Refusal.Failed.class, this::create));
    await(() -> !world.monitors.isEmpty() && world.steps.contains("agent"));
    long died = System.nanoTime();
    world.monitors.values().forEach(m -> m.die(-1, 11, ""));
    assertThat(start.get(5, TimeUnit.SECONDS).reason()).isEqualTo("vmm_exited");
    assertThat(System.nanoTime() - died).isLessThan(1_000_000_000L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"spawn", "namespace", "run", "connect", "health", "init"})
  void aKillDuringAStartEndsIt(String moment) throws Exception {
    world.hangAt = new CountDownLatch(1);
    world.hangStep = moment;
    var start =
        CompletableFuture.supplyAsync(() -> catchThrowableOfType(Refusal.class, this::create));
    await(() -> !world.monitors.isEmpty());
    var kill = CompletableFuture.supplyAsync(() -> sandboxes.kill(FakeWorld.ID));
    await(() ->
        world.monitors.values().stream().noneMatch(FakeWorld.FakeVm::alive)
            || moment.equals("spawn"));
    world.hangAt.countDown();
    assertThat(kill.get(5, TimeUnit.SECONDS)).isTrue();
    assertThat(world.left()).isEmpty();
    assertThat(start.get(5, TimeUnit.SECONDS).reason()).isEqualTo("sandbox_killed");
  }

  @Test
  void aCrashIsToldOnceAndLeavesNothing() throws Exception {
    var exits = new ArrayBlockingQueue<SandboxExit>(4);
    sandboxes.onExit(exits::add);
    create();
    world.monitors.values().forEach(m -> m.die(-1, 11, "segmentation fault"));
    SandboxExit exit = exits.poll(5, TimeUnit.SECONDS);
    assertThat(exit.reason()).isEqualTo("vmm_exited");
    assertThat(exit.message()).contains("signal 11");
    assertThat(exit.consoleTail()).anyMatch(l -> l.contains("Kernel panic"));
    assertThat(world.left()).isEmpty();
    assertThat(sandboxes.kill(FakeWorld.ID)).isFalse();
    assertThat(exits).isEmpty();
  }

  /// Its group's count goes with the group, so it must be read before the clean-up.
  @Test
  void aMonitorThatTheKernelKilledForMemorySaysSo() throws Exception {
    var exits = new ArrayBlockingQueue<SandboxExit>(4);
    sandboxes.onExit(exits::add);
    create();
    world.groups.values().forEach(g -> g.killed = 1);
    world.monitors.values().forEach(m -> m.die(-1, 9, ""));
    assertThat(exits.poll(5, TimeUnit.SECONDS).message())
        .contains("signal 9", "by the kernel for want of memory");
  }

  @Test
  void aGuestThatPowersOffIsNoCrash() throws Exception {
    var exits = new ArrayBlockingQueue<SandboxExit>(4);
    sandboxes.onExit(exits::add);
    create();
    world.monitors.values().forEach(m -> m.die(0, 0, ""));
    assertThat(exits.poll(5, TimeUnit.SECONDS).reason()).isEqualTo("guest_stopped");
  }

  @Test
  void aKillEndsAWaitInLine() throws Exception {
    world.hangAt = new CountDownLatch(1);
    world.hangStep = "run";
    var first = List.of(new SandboxId("a"), new SandboxId("b"));
    var started =
        first.stream().map(id -> CompletableFuture.supplyAsync(() -> create(id))).toList();
    await(() -> world.monitors.size() == 2);
    var third =
        CompletableFuture.supplyAsync(() -> catchThrowableOfType(Refusal.class, this::create));
    await(() -> sandboxes.find(FakeWorld.ID).isPresent());
    assertThat(sandboxes.kill(FakeWorld.ID)).isTrue();
    assertThat(third.get(5, TimeUnit.SECONDS).reason()).isEqualTo("sandbox_killed");
    world.hangAt.countDown();
    for (var one : started) one.get(5, TimeUnit.SECONDS);
  }

  @Test
  void anInterruptedCallerLeavesNothingAndBreaksNothing() throws Exception {
    world.hangAt = new CountDownLatch(1);
    world.hangStep = "run";
    var caught = new CompletableFuture<Throwable>();
    Thread caller = Thread.ofPlatform().start(() -> caught.complete(catchThrowable(this::create)));
    await(() -> !world.monitors.isEmpty());
    caller.interrupt();
    assertThat(caught.get(5, TimeUnit.SECONDS)).isInstanceOf(Refusal.Failed.class);
    assertThat(world.left()).isEmpty();
    world.hangStep = "";
    create();
  }

  @Test
  void aRouteEndsWithItsRun() throws IOException {
    var routes = new Routes(sandboxes);
    var told = new AtomicInteger();
    assertThat(routes.route(FakeWorld.ID)).isEmpty();
    create();
    GuestDialer.Route first = routes.route(FakeWorld.ID).orElseThrow();
    assertThat(routes.socket(first)).isEqualTo(77);
    routes.onEnd(first, told::incrementAndGet);
    sandboxes.kill(FakeWorld.ID);
    assertThat(told).hasValue(1);
    create();
    assertThatThrownBy(() -> routes.socket(first)).hasMessageContaining("does not run any more");
    routes.onEnd(first, told::incrementAndGet);
    assertThat(told).hasValue(2);
  }

  @Test
  void nothingSecretIsInMessages() {
    world.dieAt = "init";
    var failed = catchThrowableOfType(Refusal.Failed.class, this::create);
    assertThat(failed.toString() + failed.detail()).doesNotContain("secret-token");
    assertThat(FakeWorld.request(FakeWorld.ID).toString()).doesNotContain("secret-token");
  }

  private static void await(java.util.function.BooleanSupplier condition)
      throws InterruptedException {
    long end = System.nanoTime() + 5_000_000_000L;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) throw new AssertionError("waited 5 s in vain");
      java.util.concurrent.locks.LockSupport.parkNanos(500_000); // looks again, bounded above
    }
  }
}
