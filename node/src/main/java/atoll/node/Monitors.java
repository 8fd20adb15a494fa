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
  private static final int PROBE_UID = 69_998; // a user like those of monitors, and nobody's

  /// Under TCG or KVM, whichever runs a guest here; the verdict is kept in the home.
  static Monitors choose(Path home) throws IOException {
    QemuProgram qemu = QemuProgram.find();
    AcceleratorVerdict verdict = new AcceleratorProbe(qemu, home.resolve("accelerator.json"), PROBE_UID).choose();
    return new Monitors(new QemuVmm(qemu, verdict.accelerator()), verdict.reason());
  }
}
