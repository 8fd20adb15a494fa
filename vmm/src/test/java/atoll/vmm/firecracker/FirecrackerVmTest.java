package atoll.vmm.firecracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import atoll.core.Bytes;
import atoll.core.Deadline;
import atoll.linux.process.Child;
import atoll.linux.process.Spawn;
import atoll.vmm.RawDisks.RawDisk;
import atoll.vmm.VmExit;
import atoll.vmm.VmSpec;
import atoll.vmm.VmSpec.Origin;
import atoll.vmm.VmmException;
import atoll.vmm.console.GuestEnd;
import atoll.vmm.firecracker.FirecrackerVm.Outfit;
import atoll.vmm.io.PipeReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The states of one VM, against a scripted API; in place of Firecracker a shell prints, waits and
/// ends.
@Timeout(20)
class FirecrackerVmTest {
  @TempDir private Path folder;
  private ScriptedFirecracker server;
  private final Disk disk = new Disk();
  private Child child;

  @BeforeEach
  void listen() throws IOException {
    server = new ScriptedFirecracker(folder.resolve("api.sock"));
  }

  @AfterEach
  void end() throws IOException {
    server.close();
    if (child != null) child.signal(9);
  }

  @Test
  void aMachineIsMadeOnceAndThenRuns() throws Exception {
    FirecrackerVm vm = vm("exec sleep 60");
    vm.attach(soon());
    vm.attach(soon());
    assertThat(server.calls()).containsExactly("PUT /snapshot/load");
    vm.run(soon());
    assertThat(server.calls()).containsExactly("PUT /snapshot/load", "PATCH /vm");
    assertThat(server.body("PATCH /vm").text("state")).contains("Resumed");
  }

  @Test
  void whoRunsTwiceIsTold() throws Exception {
    FirecrackerVm vm = vm("exec sleep 60");
    vm.run(soon());
    assertThatThrownBy(() -> vm.run(soon()))
        .isInstanceOfSatisfying(
            VmmException.class, e -> assertThat(e.reason()).contains("vmm_wrong_state"))
        .hasMessageContaining("RUNNING");
  }

  @Test
  void aRefusedLoadIsTheReasonOfTheEnd() throws Exception {
    server.refuse(
        "PUT /snapshot/load",
        "Load snapshot error: Failed to restore from snapshot: CRC64 validation failed");
    FirecrackerVm vm = vm("sleep 0.2; exit 1");
    assertThatThrownBy(() -> vm.attach(soon()))
        .isInstanceOfSatisfying(
            VmmException.class, e -> assertThat(e.reason()).contains("snapshot_damaged"));
    VmExit exit = exit(vm);
    assertThat(exit.reason()).contains("snapshot_damaged");
    assertThat(exit.message()).contains("CRC64 validation failed");
  }

  @Test
  void aProcessThatEndsBeforeItsApiOpensSaysWhy() throws Exception {
    server.close();
    Files.delete(folder.resolve("api.sock"));
    FirecrackerVm vm = vm("echo 'Failed to open the API socket' >&2; exit 1");
    assertThatThrownBy(() -> vm.attach(soon()))
        .isInstanceOf(VmmException.class)
        .hasMessageContaining("exit status 1")
        .hasMessageContaining("Failed to open the API socket");
  }

  @Test
  void aProcessThatEndsBetweenMakingTheMachineAndRunningItSaysHow() throws Exception {
    FirecrackerVm vm = vm("sleep 0.3; echo 'out of luck' >&2; exit 3");
    vm.attach(soon());
    exit(vm);
    assertThatThrownBy(() -> vm.run(soon()))
        .isInstanceOf(VmmException.class)
        .hasMessageContaining("exit status 3")
        .hasMessageContaining("out of luck");
  }

  @Test
  void anApiThatNeverOpensEndsAtTheDeadline() throws Exception {
    server.close();
    FirecrackerVm vm = vm("exec sleep 60");
    assertThatThrownBy(() -> vm.attach(Deadline.after(Duration.ofMillis(50))))
        .hasMessageContaining("in time");
    assertThat(vm.alive()).isTrue();
  }

  @Test
  void rebootPanicAndPowerOffAreToldApart() throws Exception {
    VmExit reboot = exit(vm("echo '[   12.345678] reboot: Restarting system'"));
    assertThat(reboot.reason()).contains("guest_stopped");
    assertThat(reboot.message()).contains("rebooted");
    VmExit panic =
        exit(
            vm(
                "echo '[ 1.5] Kernel panic - not syncing: no init'; echo 'reboot: Restarting system'"));
    assertThat(panic.reason()).contains("guest_panicked");
    assertThat(panic.message()).contains("no init");
    VmExit off = exit(vm("echo '[  3.000001] reboot: Power down'; exec sleep 60"));
    assertThat(off.reason()).contains("guest_stopped");
    assertThat(off.message()).contains("powered off");
    for (int status : new int[] {0, 1}) {
      VmExit reset =
          exit(vm("echo 'Unexpected exit reason on vcpu run: Shutdown' >&2; exit " + status));
      assertThat(reset.reason()).contains("guest_stopped");
      assertThat(reset.message()).contains("reset without a word", "run: Shutdown");
    }
  }

  @Test
  void aCrashIsNoneOfThem() throws Exception {
    VmExit exit = exit(vm("echo 'thread panicked' >&2; exit 101"));
    assertThat(exit.reason()).isEmpty();
    assertThat(exit).hasToString("exit status 101: thread panicked");
  }

  @Test
  void aCallThatSeccompForbidsIsNamed() throws Exception {
    VmExit exit = exit(vm("echo 'intercepting signal 31' >&2; exit 148"));
    assertThat(exit.message()).contains("seccomp", "signal 31");
  }

  @Test
  void aLostDiskEndsTheMonitorAndSaysSo() throws Exception {
    FirecrackerVm vm = vm("exec sleep 60");
    disk.lost.complete("the storage daemon ended: killed by signal 9");
    VmExit exit = exit(vm);
    assertThat(exit.reason()).contains("disk_lost");
    assertThat(exit.message()).contains("storage daemon ended");
    assertThat(disk.closed).isTrue();
  }

  @Test
  void aStoppedVmGivesEverythingBack() throws Exception {
    FirecrackerVm vm = vm("exec sleep 60");
    vm.run(soon());
    vm.stop(soon());
    vm.stop(soon());
    assertThat(vm.alive()).isFalse();
    assertThat(disk.closed).isTrue();
    try (var left = Files.list(folder)) {
      assertThat(left.map(p -> p.getFileName().toString()))
          .noneMatch(name -> name.endsWith(".fifo") || name.endsWith(".sock"));
    }
  }

  @Test
  void onlyAPausedGuestOfOwnMemoryIsSaved() throws Exception {
    FirecrackerVm clone = vm("exec sleep 60");
    assertThatThrownBy(() -> clone.saveDeviceState(folder.resolve("s"), soon()))
        .hasMessageContaining("memory");
    Path memory = Files.createFile(folder.resolve("template-memory"));
    FirecrackerVm template = vm("exec sleep 60", new Origin.ColdBoot(memory, null, "", memory));
    template.run(soon());
    assertThatThrownBy(() -> template.saveDeviceState(folder.resolve("s"), soon()))
        .hasMessageContaining("RUNNING");
    template.pause(soon());
    Files.writeString(folder.resolve(Room.STATE), "state");
    template.saveDeviceState(folder.resolve("s"), soon());
    assertThat(folder.resolve("s")).hasContent("state");
    assertThat(server.body("PUT /snapshot/create").text("mem_file_path")).contains("memory");
  }

  /// The monitor's user may put anything where its state is expected.
  @Test
  void aLinkInPlaceOfTheStateIsNotFollowed() throws Exception {
    Path memory = Files.createFile(folder.resolve("template-memory"));
    FirecrackerVm vm = vm("exec sleep 60", new Origin.ColdBoot(memory, null, "", memory));
    vm.run(soon());
    vm.pause(soon());
    Files.createSymbolicLink(folder.resolve(Room.STATE), Path.of("/etc/passwd"));
    assertThatThrownBy(() -> vm.saveDeviceState(folder.resolve("s"), soon()))
        .isInstanceOf(VmmException.class);
    assertThat(folder.resolve("s")).doesNotExist();
  }

  private FirecrackerVm vm(String script) throws IOException {
    Path file = folder.resolve("snapshot");
    if (!Files.exists(file)) Files.writeString(file, "x");
    return vm(script, new Origin.Restore(file, file));
  }

  private FirecrackerVm vm(String script, Origin origin) throws IOException {
    var room = new Room(folder, folder.resolve("api.sock"), false);
    var spec = new VmSpec("x-1", 1, Bytes.mib(64), null, "02:FC:00:00:00:05", origin);
    var plan = MachinePlan.of(spec, "tap0", room, new FirecrackerVersion(1, 16, 1));
    var made = new AtomicReference<FirecrackerVm>();
    var end =
        new GuestEnd(seen -> {
          while (made.get() == null) Thread.onSpinWait();
          made.get().guestEnded(seen);
        });
    int own = (int) Files.getAttribute(folder, "unix:uid");
    var fifos = MonitorFifos.make(folder, own);
    child =
        Spawn.command("/bin/sh", "-c", script)
            .environment(Map.of("PATH", "/usr/bin:/bin"))
            .fd(1, fifos.console().number())
            .fd(2, fifos.words().number())
            .start();
    var pipes =
        MonitorPipes.read(new PipeReader("test-pipes"), fifos, folder.resolve("console.log"), end);
    var api = new FirecrackerApi(folder.resolve("api.sock"));
    made.set(
        new FirecrackerVm(
            spec, room, plan, api, child, new Outfit(pipes, end, PendingDisk.of(disk))));
    return made.get();
  }

  private static VmExit exit(FirecrackerVm vm) throws Exception {
    return vm.exit().get(10, TimeUnit.SECONDS);
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(5));
  }

  private static final class Disk implements RawDisk {
    final CompletableFuture<String> lost = new CompletableFuture<>();
    final AtomicBoolean closed = new AtomicBoolean();

    @Override
    public CompletableFuture<String> lost() {
      return lost;
    }

    @Override
    public void close() {
      closed.set(true);
    }
  }
}
