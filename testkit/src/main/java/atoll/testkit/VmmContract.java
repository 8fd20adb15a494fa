package atoll.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import atoll.core.Bytes;
import atoll.core.Deadline;
import atoll.linux.kernel.Procfs;
import atoll.vmm.Jail;
import atoll.vmm.Vm;
import atoll.vmm.VmExit;
import atoll.vmm.VmSpec;
import atoll.vmm.VmSpec.Origin;
import atoll.vmm.Vmm;
import atoll.vmm.VmmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What every driver promises, run against the real ones and against [FakeVmm], so that the fake
/// cannot lie.
@Tag("real")
@Timeout(60)
public abstract class VmmContract {
  static final String FAKE_HELLO = StubGuest.HELLO;
  private static final Bytes MEMORY = Bytes.mib(64);

  /// Where the monitors of one test live.
  protected TestSlot slot;

  private Path kernel;

  /// The driver under test.
  protected abstract Vmm vmm() throws IOException;

  @BeforeEach
  void makeSlot() throws IOException {
    assumeTrue(
        TestSlot.possible(), "SKIPPED: a monitor in a namespace needs root and /dev/net/tun");
    slot = TestSlot.create();
    kernel = StubGuest.write(slot.directory().resolve("stub.elf"));
  }

  @AfterEach
  void removeSlot() throws IOException {
    if (slot != null) slot.close();
  }

  @Test
  void aStartedMonitorIsWhereItShallBeAndItsGuestDoesNotRun() throws Exception {
    Vm vm = vmm().start(spec(coldBoot(null)), slot.jail());
    try {
      assertThat(vm.alive()).isTrue();
      assertThat(Procfs.netnsInode(vm.pid())).isEqualTo(slot.netns().inode());
      vm.attach(soon());
      assertThat(Procfs.tunDescriptors(vm.pid())).containsValue("tap0");
      assertThat(Files.getAttribute(Path.of("/proc/" + vm.pid()), "unix:uid"))
          .isEqualTo(TestSlot.UID);
      assertThat(vm.consoleTail(10)).isEmpty();
    } finally {
      stop(vm);
    }
  }

  /// With a capability a monitor could make the tap that it does not find.
  @Test
  void aMonitorHasNoCapabilities() throws Exception {
    Vm vm = vmm().start(spec(coldBoot(null)), slot.jail());
    try {
      vm.attach(soon()); // a jailer gives its own up a moment before
      assertThat(Files.readAllLines(Path.of("/proc/" + vm.pid() + "/status")))
          .contains("CapEff:\t0000000000000000", "CapPrm:\t0000000000000000");
    } finally {
      stop(vm);
    }
  }

  @Test
  void aGuestRunsStandsStillAndGoesOn() throws Exception {
    Vm vm = vmm().start(spec(coldBoot(null)), slot.jail());
    try {
      vm.run(soon());
      awaitLine(vm, line -> line.equals(StubGuest.HELLO));
      vm.pause(soon());
      vm.resume(soon());
      awaitLine(vm, line -> line.startsWith(StubGuest.TICK));
    } finally {
      stop(vm);
    }
    assertThat(vm.consoleTail(1000)).contains(StubGuest.HELLO);
  }

  @Test
  void aSnapshotGoesOnInManyMonitorsAndStaysAsItWas() throws Exception {
    Origin.Restore snapshot = snapshot();
    byte[] memory = Files.readAllBytes(snapshot.memoryFile());
    for (int i = 0; i < 2; i++) {
      Vm clone = vmm().start(spec(snapshot), slot.jail());
      try {
        clone.run(soon());
        awaitLine(clone, line -> line.startsWith(StubGuest.TICK));
        assertThat(clone.consoleTail(1000)).doesNotContain(StubGuest.HELLO);
      } finally {
        stop(clone);
      }
    }
    assertThat(Files.readAllBytes(snapshot.memoryFile())).isEqualTo(memory);
  }

  @Test
  void aStateOfSomethingElseIsRefusedAndTheMonitorIsGone() throws Exception {
    Origin.Restore snapshot = snapshot();
    Files.writeString(snapshot.deviceState(), "not a device state at all");
    Vm vm = vmm().start(spec(snapshot), slot.jail());
    try {
      assertThatThrownBy(() -> vm.run(soon())).isInstanceOf(VmmException.class);
      assertThat(vm.exit().get(5, TimeUnit.SECONDS)).isNotNull();
    } finally {
      stop(vm);
    }
  }

  @Test
  void aGuestWithMemoryOfItsOwnHasNoDeviceStateToSave() throws Exception {
    Vm vm = vmm().start(spec(coldBoot(null)), slot.jail());
    try {
      vm.run(soon());
      vm.pause(soon());
      assertThatThrownBy(() -> vm.saveDeviceState(slot.directory().resolve("state"), soon()))
          .isInstanceOf(VmmException.class)
          .hasMessageContaining("memory");
    } finally {
      stop(vm);
    }
  }

  @Test
  void aMonitorThatHangsEndsAtTheDeadline() throws Exception {
    Vm vm = vmm().start(spec(coldBoot(null)), slot.jail());
    try {
      signal(vm, "STOP");
      var brief = Deadline.after(Duration.ofMillis(200));
      assertThatThrownBy(() -> vm.run(brief))
          .isInstanceOf(VmmException.class)
          .hasMessageContaining("in time");
    } finally {
      stop(vm);
    }
  }

  @Test
  void aMonitorKilledBeforeItRunsSaysSo() throws Exception {
    Vm vm = vmm().start(spec(coldBoot(null)), slot.jail());
    signal(vm, "KILL");
    vm.exit().get(5, TimeUnit.SECONDS);
    assertThatThrownBy(() -> vm.run(soon()))
        .isInstanceOf(VmmException.class)
        .hasMessageContaining("signal 9");
    assertGone(vm);
  }

  @Test
  void aMonitorKilledWhileItRunsIsReaped() throws Exception {
    Vm vm = vmm().start(spec(coldBoot(null)), slot.jail());
    vm.run(soon());
    signal(vm, "KILL");
    assertThat(vm.exit().get(5, TimeUnit.SECONDS).signal()).isEqualTo(9);
    assertThatThrownBy(() -> vm.pause(soon())).isInstanceOf(VmmException.class);
    assertGone(vm);
  }

  /// Where in its life a monitor is when it is killed.
  enum Phase {
    STARTED,
    RUNNING,
    PAUSED,
    SAVED,
    CLONE_STARTED,
    CLONE_RUNNING
  }

  @ParameterizedTest
  @EnumSource
  void aKillInAnyPhaseLeavesNothing(Phase phase) throws Exception {
    Vm vm = inPhase(phase);
    signal(vm, "KILL");
    assertThat(vm.exit().get(5, TimeUnit.SECONDS).signal()).isEqualTo(9);
    assertThatThrownBy(() -> vm.resume(soon())).isInstanceOf(VmmException.class);
    stop(vm);
    assertGone(vm);
  }

  private Vm inPhase(Phase phase) throws Exception {
    boolean clone = phase == Phase.CLONE_STARTED || phase == Phase.CLONE_RUNNING;
    Vm vm = vmm().start(spec(clone ? snapshot() : coldBoot(emptyMemory("killed"))), slot.jail());
    if (phase == Phase.STARTED || phase == Phase.CLONE_STARTED) return vm;
    vm.run(soon());
    if (phase == Phase.PAUSED || phase == Phase.SAVED) vm.pause(soon());
    if (phase == Phase.SAVED) vm.saveDeviceState(slot.directory().resolve("state"), soon());
    return vm;
  }

  @Test
  void aMonitorThatCannotBePlacedIsGoneAgain() throws Exception {
    var pid = new AtomicLong();
    Jail jail =
        slot.jail(p -> {
          pid.set(p);
          throw new IOException("no such cgroup");
        });
    assertThatThrownBy(() -> vmm().start(spec(coldBoot(null)), jail))
        .isInstanceOf(VmmException.class)
        .rootCause()
        .hasMessageContaining("no such cgroup");
    assertThat(Path.of("/proc/" + pid.get())).doesNotExist();
    assertThat(jail.controlSocket()).doesNotExist();
    assertThat(jail.apiSocket()).doesNotExist();
  }

  @Test
  void stoppingTwiceIsQuiet() throws Exception {
    Vm vm = vmm().start(spec(coldBoot(null)), slot.jail());
    stop(vm);
    stop(vm);
    assertGone(vm);
  }

  @Test
  void aMonitorThatWasLetGoRunsOnAndIsAdopted() throws Exception {
    Vm first = vmm().start(spec(coldBoot(null)), slot.jail());
    first.run(soon());
    awaitLine(first, line -> line.startsWith(StubGuest.HELLO));
    first.letGo();
    first.letGo();
    Vm second = adopted(first);
    try {
      assertThatThrownBy(() -> first.pause(soon())).isInstanceOf(VmmException.class);
      assertThat(second.alive()).isTrue();
      assertThat(second.pid()).isEqualTo(first.pid());
      awaitLine(second, line -> line.startsWith(StubGuest.TICK));
      second.pause(soon());
      second.resume(soon());
    } finally {
      stop(second);
    }
    assertGone(second);
  }

  @Test
  void theEndOfAnAdoptedMonitorIsNoticed() throws Exception {
    Vm first = vmm().start(spec(coldBoot(null)), slot.jail());
    first.run(soon());
    first.letGo();
    Vm second = adopted(first);
    signal(second, "KILL");
    assertThat(second.exit().get(5, TimeUnit.SECONDS)).isNotNull();
    assertThatThrownBy(() -> second.pause(soon())).isInstanceOf(VmmException.class);
    assertGone(second);
  }

  /// The number alone is no proof: another process may have it by now.
  @Test
  void anotherProcessIsNotAdopted() throws Exception {
    Vm vm = vmm().start(spec(coldBoot(null)), slot.jail());
    try {
      vm.run(soon());
      long another = Procfs.startTime(vm.pid()) + 1;
      assertThatThrownBy(() -> vmm().adopt(spec(coldBoot(null)), tapless(), vm.pid(), another))
          .isInstanceOf(VmmException.class);
      vm.pause(soon()); // untouched
    } finally {
      stop(vm);
    }
    assertThatThrownBy(() -> vmm().adopt(spec(coldBoot(null)), tapless(), vm.pid(), 1))
        .isInstanceOf(VmmException.class);
  }

  /// One that hangs is adopted all the same, and can be stopped.
  @Test
  void aMonitorThatHangsIsAdoptedToo() throws Exception {
    Vm first = vmm().start(spec(coldBoot(null)), slot.jail());
    first.run(soon());
    first.letGo();
    signal(first, "STOP");
    Vm second = adopted(first);
    var brief = Deadline.after(Duration.ofMillis(200));
    assertThatThrownBy(() -> second.pause(brief)).isInstanceOf(VmmException.class);
    stop(second);
    assertGone(second);
  }

  private Vm adopted(Vm vm) throws IOException {
    return vmm().adopt(spec(coldBoot(null)), tapless(), vm.pid(), Procfs.startTime(vm.pid()));
  }

  private Jail tapless() {
    return slot.taplessJail();
  }

  protected Origin.Restore snapshot() throws Exception {
    Path memory = emptyMemory("memory");
    Path state = slot.directory().resolve("device-state");
    Vm template = vmm().start(spec(coldBoot(memory)), slot.jail());
    try {
      template.run(soon());
      awaitLine(template, line -> line.startsWith(StubGuest.HELLO));
      template.pause(soon());
      template.saveDeviceState(state, soon());
    } finally {
      stop(template);
    }
    return new Origin.Restore(memory, state);
  }

  private Path emptyMemory(String name) throws IOException {
    Path memory = Files.createFile(slot.directory().resolve(name));
    TestSlot.share(memory);
    return memory;
  }

  private Origin.ColdBoot coldBoot(Path memoryFile) {
    return new Origin.ColdBoot(kernel, null, "console=ttyS0", memoryFile);
  }

  protected static VmSpec spec(Origin origin) {
    return new VmSpec("contract", 1, MEMORY, null, "02:FC:00:00:00:05", origin);
  }

  /// For monitors that run a guest's code: the process ends in the same way after both.
  protected void requirePanicToldFromReboot() throws Exception {
    VmExit panic = endAfter("Kernel panic - not syncing: stub");
    assertThat(panic.reason()).contains("guest_panicked");
    assertThat(panic.message()).contains("not syncing: stub");
    assertThat(endAfter("reboot: Restarting system").reason()).contains("guest_stopped");
  }

  /// The end of a guest whose kernel says this and reboots.
  private VmExit endAfter(String words) throws Exception {
    Path guest = StubGuest.writeLastWords(slot.directory().resolve("ending.elf"), words);
    Vm vm = vmm().start(spec(new Origin.ColdBoot(guest, null, "", null)), slot.jail());
    try {
      vm.run(soon());
      return vm.exit().get(20, TimeUnit.SECONDS);
    } finally {
      stop(vm);
    }
  }

  /// A console has no event of its own that a contract could wait for, so this looks again every 5
  /// ms, for 20 s at most.
  protected static void awaitLine(Vm vm, Predicate<String> wanted) throws Exception {
    var deadline = Deadline.after(Duration.ofSeconds(20));
    while (vm.consoleTail(1000).stream().noneMatch(wanted)) {
      assertThat(deadline.expired()).as("console: %s", vm.consoleTail(20)).isFalse();
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  protected static void signal(Vm vm, String name) throws Exception {
    assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(vm.pid())).start().waitFor())
        .isZero();
    if (name.equals("STOP")) awaitStopped(vm.pid());
  }

  /// kill(2) returns before each thread of the process has stopped.
  private static void awaitStopped(long pid) throws Exception {
    Path stat = Path.of("/proc/" + pid + "/stat");
    var deadline = Deadline.after(Duration.ofSeconds(5));
    while (!Files.readString(stat).replaceFirst(".*\\) ", "").startsWith("T")) {
      assertThat(deadline.expired()).as("process %d stopped", pid).isFalse();
      Thread.sleep(1);
    }
  }

  protected void assertGone(Vm vm) throws Exception {
    vm.exit().get(5, TimeUnit.SECONDS);
    assertThat(vm.alive()).isFalse();
    assertThat(Path.of("/proc/" + vm.pid())).doesNotExist();
    try (var left = Files.list(slot.jailFolder())) {
      assertThat(left.map(p -> p.getFileName().toString()))
          .noneMatch(name -> name.endsWith(".sock"));
    }
  }

  protected static void stop(Vm vm) {
    vm.stop(soon());
  }

  protected static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(20));
  }
}
