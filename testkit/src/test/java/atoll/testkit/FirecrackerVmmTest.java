package atoll.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import atoll.core.Bytes;
import atoll.linux.kernel.Fd;
import atoll.linux.net.Netns;
import atoll.linux.net.Tap;
import atoll.vmm.Jail;
import atoll.vmm.Vm;
import atoll.vmm.VmSpec;
import atoll.vmm.VmSpec.Origin;
import atoll.vmm.Vmm;
import atoll.vmm.VmmException;
import atoll.vmm.firecracker.FirecrackerProbe;
import atoll.vmm.firecracker.FirecrackerProgram;
import atoll.vmm.firecracker.FirecrackerVmm;
import atoll.vmm.qemu.StorageDaemon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A real Firecracker under a KVM that really runs guests; skipped, aloud, where either is missing.
///
/// With its jailer where that lies beside it; `ATOLL_JAILER=none` runs the same without.
class FirecrackerVmmTest extends VmmContract {
  private static final Bytes DISK = Bytes.mib(8);
  private static Path folder;
  private static StorageDaemon storage;
  private static FirecrackerVmm firecracker;

  @BeforeAll
  static void needsFirecracker() throws IOException {
    assumeTrue(TestSlot.possible(), "SKIPPED: Firecracker's tests need root and /dev/net/tun");
    var program = FirecrackerProgram.find(System.getenv());
    assumeTrue(
        program.isPresent(),
        "SKIPPED: no Firecracker: ATOLL_FIRECRACKER names none, and none is on the PATH");
    folder = Files.createTempDirectory("atoll-fc-");
    var verdict =
        new FirecrackerProbe(program.get(), folder.resolve("verdict.json"), TestSlot.UID)
            .ask(Duration.ofSeconds(10));
    assumeTrue(verdict.works(), "SKIPPED: " + verdict.reason());
    storage = StorageDaemon.start(folder);
    firecracker = new FirecrackerVmm(program.get(), storage);
  }

  @AfterAll
  static void end() throws IOException {
    if (storage != null) storage.close();
    if (folder == null) return;
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) Files.deleteIfExists(file);
    }
    Files.deleteIfExists(folder);
  }

  @Override
  protected Vmm vmm() {
    return firecracker;
  }

  @Test
  void aSnapshotBelongsToAVersion() {
    assertThat(firecracker.snapshotFormat()).matches("firecracker-1\\.\\d+\\.\\d+/kvm");
  }

  @Test
  void aPanickedGuestIsToldFromOneThatRebooted() throws Exception {
    requirePanicToldFromReboot();
  }

  @Test
  void aFileThatIsNoKernelHasItsOwnCode() throws Exception {
    Path kernel =
        Files.writeString(slot.directory().resolve("bzImage"), "not an ELF file".repeat(9));
    Vm vm = firecracker.start(spec(new Origin.ColdBoot(kernel, null, "", null)), slot.jail());
    try {
      assertThat(refusal(vm).reason()).contains("kernel_format");
      assertThat(vm.alive()).as("a refused start leaves the process alive").isTrue();
    } finally {
      stop(vm);
    }
  }

  @Test
  void aBusyTapHasItsOwnCode() throws Exception {
    Vm vm = firecracker.start(spec(stub()), slot.jail());
    try (Fd _ = slot.netns().inside(() -> Tap.open("tap0"))) {
      assertThat(refusal(vm).reason()).contains("tap_busy");
    } finally {
      stop(vm);
    }
  }

  /// It would make a tap of its own there, and run deaf, if it had the right to.
  @Test
  void aMonitorInAWrongNamespaceHasNoTap() throws Exception {
    Path anchor = Files.createFile(slot.directory().resolve("elsewhere"));
    try (Netns elsewhere = Netns.create(anchor)) {
      Jail right = slot.jail();
      var wrong =
          new Jail(
              right.directory(),
              elsewhere.descriptor(),
              right.tap(),
              right.uid(),
              right.sharedGid(),
              _ -> {});
      Vm vm = firecracker.start(spec(stub()), wrong);
      try {
        assertThat(refusal(vm).reason()).contains("tap_missing");
      } finally {
        stop(vm);
      }
    } finally {
      Netns.delete(anchor);
    }
  }

  @Test
  void memoryOfAnotherSizeIsRefused() throws Exception {
    Origin.Restore snapshot = snapshot();
    Path cut = Files.write(slot.directory().resolve("cut"), new byte[4096]);
    var origin = new Origin.Restore(cut, snapshot.deviceState());
    assertThatThrownBy(() -> firecracker.start(spec(origin), slot.jail()))
        .isInstanceOfSatisfying(
            VmmException.class, e -> assertThat(e.reason()).contains("snapshot_memory"));
  }

  @Test
  void aDamagedStateIsRefusedWithItsOwnCode() throws Exception {
    Origin.Restore snapshot = snapshot();
    byte[] state = Files.readAllBytes(snapshot.deviceState());
    state[state.length / 2] ^= 1;
    Files.write(snapshot.deviceState(), state);
    Vm vm = firecracker.start(spec(snapshot), slot.jail());
    try {
      assertThat(refusal(vm).reason()).contains("snapshot_damaged");
      assertThat(vm.exit().get(5, TimeUnit.SECONDS).reason()).contains("snapshot_damaged");
    } finally {
      stop(vm);
    }
  }

  @Test
  void aDiskOfAnotherSizeThanTheSnapshotsIsRefused() throws Exception {
    Origin.Restore snapshot = snapshot();
    var origin = new Origin.Restore(snapshot.memoryFile(), snapshot.deviceState(), Bytes.mib(16));
    assertThatThrownBy(() -> startAndRun(withDisk(origin)))
        .isInstanceOfSatisfying(
            VmmException.class, e -> assertThat(e.reason()).contains("disk_size"));
    assertThat(mounts()).doesNotContain(slot.jailFolder().toString());
  }

  /// In a jail the disk is there before the monitor is, else only before the machine is made.
  private void startAndRun(VmSpec spec) throws Exception {
    Vm vm = firecracker.start(spec, slot.jail());
    try {
      vm.run(soon());
    } finally {
      stop(vm);
    }
  }

  @Test
  void aDiskIsShownWhileItsMonitorLives() throws Exception {
    Vm vm = firecracker.start(withDisk(stub()), slot.jail());
    try {
      vm.run(soon());
      assertThat(mounts()).contains(slot.jailFolder().toString());
    } finally {
      stop(vm);
    }
    assertThat(mounts()).doesNotContain(slot.jailFolder().toString());
  }

  @Test
  void aStorageDaemonThatDiesEndsItsMonitorsAndLeavesNoMount() throws Exception {
    Path own = Files.createDirectory(slot.directory().resolve("storage"));
    try (StorageDaemon mortal = StorageDaemon.start(own)) {
      var vmm = new FirecrackerVmm(FirecrackerProgram.find(System.getenv()).orElseThrow(), mortal);
      Vm vm = vmm.start(withDisk(stub()), slot.jail());
      vm.run(soon());
      new ProcessBuilder("kill", "-KILL", Long.toString(mortal.pid())).start().waitFor();
      assertThat(vm.exit().get(10, TimeUnit.SECONDS).reason()).contains("disk_lost");
      assertThat(mounts()).doesNotContain(slot.jailFolder().toString());
      stop(vm);
    }
  }

  private Origin.ColdBoot stub() throws IOException {
    return new Origin.ColdBoot(
        StubGuest.write(slot.directory().resolve("stub.elf")), null, "console=ttyS0", null);
  }

  private VmSpec withDisk(Origin origin) throws Exception {
    Path overlay = slot.jailFolder().resolve("overlay.qcow2");
    Files.deleteIfExists(overlay);
    var made =
        new ProcessBuilder(
                "qemu-img", "create", "-q", "-f", "qcow2", overlay.toString(), DISK.count() + "")
            .inheritIO()
            .start();
    assertThat(made.waitFor()).isZero();
    VmSpec plain = spec(origin);
    return new VmSpec(plain.name(), 1, plain.memory(), overlay, plain.guestMac(), origin);
  }

  private static String mounts() throws IOException {
    return Files.readString(Path.of("/proc/self/mountinfo"));
  }

  private static VmmException refusal(Vm vm) {
    return catchThrowableOfType(VmmException.class, () -> vm.run(soon()));
  }
}
