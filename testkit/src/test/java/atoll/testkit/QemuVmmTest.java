package atoll.testkit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import atoll.vmm.Accelerator;
import atoll.vmm.Vmm;
import atoll.vmm.qemu.QemuProgram;
import atoll.vmm.qemu.QemuVmm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;

/// QEMU under TCG, which every host can run.
class QemuVmmTest extends VmmContract {
  @BeforeAll
  static void needsQemu() {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/qemu-system-x86_64")),
        "SKIPPED: qemu-system-x86_64 is not installed (apt-get install qemu-system-x86)");
  }

  @Override
  protected Vmm vmm() throws IOException {
    return new QemuVmm(QemuProgram.find(), Accelerator.TCG);
  }
}
