package atoll.vmm.qemu;

import atoll.linux.kernel.Fd;
import atoll.linux.kernel.FdIo;
import atoll.linux.kernel.UnixSocket;
import atoll.linux.process.Child;
import atoll.linux.process.Spawn;
import atoll.vmm.Accelerator;
import atoll.vmm.Jail;
import atoll.vmm.KvmDevice;
import atoll.vmm.VmExit;
import atoll.vmm.VmSpec;
import atoll.vmm.VmSpec.Origin;
import atoll.vmm.VmmException;
import atoll.vmm.console.MonitorOutput;
import atoll.vmm.io.IoLoop;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// One start of a QEMU process: opens what it inherits, spawns it, hands everything over to a
/// [QemuVm].
///
/// The control socket listens before the process exists, so the first commands wait in it while
/// QEMU wakes up. Whatever fails, nothing of the start is left behind.
final class QemuLaunch {
  private static final int STANDARD_OUTPUT = 1;
  private static final int STANDARD_ERROR = 2;
  private static final long REAPED_MILLIS = 50;

  private final QemuProgram qemu;
  private final Accelerator accelerator;
  private final IoLoop loop;
  private final VmSpec spec;
  private final Jail jail;

  QemuLaunch(QemuProgram qemu, Accelerator accelerator, IoLoop loop, VmSpec spec, Jail jail) {
    this.qemu = qemu;
    this.accelerator = accelerator;
    this.loop = loop;
    this.spec = spec;
    this.jail = jail;
  }

  QemuVm start() throws IOException {
    var output = MonitorOutput.open(loop, jail.consoleSocket(), jail.console());
    try {
      Child child = spawn(output);
      output.spawned();
      return adopt(child, output);
    } catch (IOException | RuntimeException e) {
      output.close();
      Files.deleteIfExists(jail.controlSocket());
      throw e;
    }
  }

  private Child spawn(MonitorOutput output) throws IOException {
    Files.deleteIfExists(jail.controlSocket());
    try (Fd control = UnixSocket.listen(jail.controlSocket(), 4);
        Fd state = deviceState()) {
      var spawn = process(output.standardError()).fd(QemuCommand.CONTROL, control.number());
      if (state != null) spawn.fd(QemuCommand.DEVICE_STATE, state.number());
      return spawn.start();
    }
  }

  private Fd deviceState() throws IOException {
    return spec.origin() instanceof Origin.Restore restore
        ? FdIo.open(restore.deviceState(), FdIo.O_RDONLY)
        : null;
  }

  private Spawn process(Fd words) throws IOException {
    return Spawn.command(QemuCommand.of(qemu, accelerator, spec, jail.consoleSocket()))
        .environment(Map.of("PATH", "/usr/bin:/bin", "HOME", "/nonexistent"))
        .directory(jail.directory().toString())
        .fd(STANDARD_OUTPUT, words.number())
        .fd(STANDARD_ERROR, words.number())
        .fd(QemuCommand.TAP, jail.tap().number())
        .credentials(jail.uid(), jail.uid(), groups())
        .netns(jail.netns().number())
        .session(true);
  }

  private int[] groups() throws IOException {
    if (accelerator == Accelerator.TCG) return new int[] {jail.sharedGid()};
    int kvm =
        KvmDevice.at(KvmDevice.USUAL)
            .map(KvmDevice::groupForMonitors)
            .orElse(KvmDevice.NONE_NEEDED);
    return kvm > 0 ? new int[] {jail.sharedGid(), kvm} : new int[] {jail.sharedGid()};
  }

  /// From here the process has an owner, who kills it if the rest of the start fails.
  private QemuVm adopt(Child child, MonitorOutput output) throws IOException {
    var vm = new QemuVm(loop, spec, jail, child, output);
    try {
      jail.place().place(child.pid());
      vm.converse();
      return vm;
    } catch (IOException | RuntimeException e) {
      VmExit end = endOf(vm);
      vm.abandon();
      String why = end == null ? "could not be started: " + e.getMessage() : "ended: " + end;
      throw new VmmException("the monitor of " + spec.name() + " " + why, end, e);
    }
  }

  /// A dying monitor first breaks the conversation and is reaped a moment later; null if it lives.
  private static VmExit endOf(QemuVm vm) {
    try {
      return vm.exit().get(REAPED_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException alive) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }
}
