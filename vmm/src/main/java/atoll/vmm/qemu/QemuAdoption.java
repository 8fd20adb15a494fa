package atoll.vmm.qemu;

import atoll.linux.kernel.KernelException;
import atoll.linux.process.Child;
import atoll.vmm.Jail;
import atoll.vmm.VmSpec;
import atoll.vmm.VmmException;
import atoll.vmm.console.MonitorOutput;
import atoll.vmm.io.IoLoop;
import java.io.IOException;

/// Takes over one QEMU process that runs already.
///
/// Nothing waits for an answer: what is said to a QEMU that hangs stays in its socket. If this
/// fails, the process is as it was.
final class QemuAdoption {
  private final IoLoop loop;
  private final VmSpec spec;
  private final Jail jail;

  QemuAdoption(IoLoop loop, VmSpec spec, Jail jail) {
    this.loop = loop;
    this.spec = spec;
    this.jail = jail;
  }

  QemuVm take(long pid, long startTicks) throws IOException {
    Child process = process(pid, startTicks);
    var output = MonitorOutput.reopen(loop, jail.consoleSocket(), jail.console());
    var vm = new QemuVm(loop, spec, jail, process, output);
    try {
      vm.converseAnew();
      return vm;
    } catch (IOException | RuntimeException e) {
      vm.letGo();
      throw new VmmException(
          "the monitor of " + spec.name() + " cannot be reached: " + e.getMessage(), e);
    }
  }

  private Child process(long pid, long startTicks) throws IOException {
    try {
      return Child.adopt(Math.toIntExact(pid), startTicks);
    } catch (KernelException gone) {
      throw new VmmException("the monitor of " + spec.name() + ", pid " + pid + ", is gone", gone);
    }
  }
}
