package atoll.node;

import atoll.vmm.Accelerator;
import atoll.vmm.Vmm;
import atoll.vmm.qemu.QemuProgram;
import atoll.vmm.qemu.QemuVmm;
import java.io.IOException;
import java.nio.file.Path;

/// The monitor that this node drives, and why its accelerator was chosen.
record Monitors(Vmm vmm, String reason) {
  static Monitors choose(Path home) throws IOException {
    return new Monitors(new QemuVmm(QemuProgram.find(), Accelerator.TCG), "no other was tried");
  }
}
