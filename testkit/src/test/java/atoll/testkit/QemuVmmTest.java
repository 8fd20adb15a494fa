package atoll.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import atoll.core.Bytes;
import atoll.core.Deadline;
import atoll.vmm.Accelerator;
import atoll.vmm.Vm;
import atoll.vmm.VmSpec;
import atoll.vmm.VmSpec.Origin;
import atoll.vmm.Vmm;
import atoll.vmm.VmmException;
import atoll.vmm.qemu.QemuProgram;
import atoll.vmm.qemu.QemuVmm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// QEMU under TCG, which every host can run.
class QemuVmmTest extends VmmContract {
  private static Vmm qemu;

  @BeforeAll
  static void needsQemu() throws IOException {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/qemu-system-x86_64")),
        "SKIPPED: qemu-system-x86_64 is not installed (apt-get install qemu-system-x86)");
    qemu = new QemuVmm(QemuProgram.find(), Accelerator.TCG);
  }

  @Override
  protected Vmm vmm() {
    return qemu;
  }

  @Test
  void aSnapshotBelongsToAVersionAndAnAccelerator() {
    assertThat(qemu.snapshotFormat()).matches("qemu-\\d+\\.\\d+\\.\\d+/tcg/max,.*");
  }

  @Test
  void aMissingMemoryFileIsNamed() throws Exception {
    Origin.Restore snapshot = snapshot();
    Files.delete(snapshot.memoryFile());
    Vm vm = qemu.start(spec(snapshot), slot.jail());
    assertThat(failure(vm)).hasMessageContaining(snapshot.memoryFile().toString());
    assertGone(vm);
  }

  @Test
  void aPanickedGuestIsToldFromOneThatRebooted() throws Exception {
    requirePanicToldFromReboot();
  }

  /// A guest that prints without end neither stops its monitor nor fills the disk.
  @Test
  void aTalkativeGuestIsContained() throws Exception {
    Path kernel = StubGuest.writeTalkative(slot.directory().resolve("talkative.elf"));
    var origin = new Origin.ColdBoot(kernel, null, "", null);
    Vm vm =
        qemu.start(
            new VmSpec("talker", 1, Bytes.mib(64), null, "02:FC:00:00:00:05", origin), slot.jail());
    try {
      vm.run(soon());
      awaitLine(vm, line -> line.startsWith("xxx"));
      vm.pause(Deadline.after(Duration.ofSeconds(5)));
      vm.resume(Deadline.after(Duration.ofSeconds(5)));
    } finally {
      stop(vm);
    }
    assertThat(Files.size(slot.jail().console())).isPositive().isLessThanOrEqualTo(512 << 10);
  }

  /// Kills at twelve moments of a load that takes some 30 ms: whatever it interrupts, the run ends
  /// and nothing stays.
  @Test
  void aKillAtAnyMomentOfALoadEndsTheRun() throws Exception {
    Origin.Restore snapshot = snapshot();
    for (int delay = 0; delay < 48; delay += 4) {
      Vm vm = qemu.start(spec(snapshot), slot.jail());
      var killer =
          CompletableFuture.runAsync(
              () -> stop(vm), CompletableFuture.delayedExecutor(delay, TimeUnit.MILLISECONDS));
      try {
        vm.run(soon());
      } catch (VmmException killed) {
        assertThat(killed).hasMessageContaining("signal 9");
      }
      killer.get(10, TimeUnit.SECONDS);
      assertGone(vm);
    }
  }

  @Test
  void livesLeaveNoDescriptorsBehind() throws Exception {
    Origin.Restore snapshot = snapshot();
    live(snapshot);
    long before = descriptors();
    for (int i = 0; i < 5; i++) live(snapshot);
    awaitDescriptors(before);
  }

  private void live(Origin.Restore snapshot) throws Exception {
    Vm vm = qemu.start(spec(snapshot), slot.jail());
    vm.run(soon());
    stop(vm);
    assertGone(vm);
  }

  /// The monitors' I/O thread closes what it has when it comes to it, a moment after the end.
  private static void awaitDescriptors(long most) throws IOException {
    Deadline deadline = soon();
    while (descriptors() > most) {
      assertThat(deadline.expired()).as("more than %d descriptors are open", most).isFalse();
      Thread.onSpinWait();
    }
  }

  private static long descriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    }
  }

  private static Throwable failure(Vm vm) {
    return org.assertj.core.api.Assertions.catchThrowable(() -> vm.run(soon()));
  }
}
