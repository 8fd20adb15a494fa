package atoll.node;

import atoll.vmm.Vmm;
import atoll.vmm.qemu.AcceleratorProbe;
import atoll.vmm.qemu.AcceleratorVerdict;
import atoll.vmm.qemu.QemuProgram;
import atoll.vmm.qemu.QemuVmm;
import java.io.IOException;
import java.nio.file.Path;

/// The monitor that this node drives, and why its accelerator was chosen.
record Monitors(Vmm vmm, String reason) {
  /// Asks the host by running a small guest, once: the verdict stays in `run/accelerator.json`
  /// until the kernel, QEMU or the device changes, or somebody deletes it.
  static Monitors choose(Path home) throws IOException {
    var qemu = QemuProgram.find();
    Path memory = home.resolve("run").resolve("accelerator.json");
    AcceleratorVerdict verdict = new AcceleratorProbe(qemu, memory, Node.TEMPLATE_READERS).choose();
    return new Monitors(new QemuVmm(qemu, verdict.accelerator()), verdict.reason());
  }
}
