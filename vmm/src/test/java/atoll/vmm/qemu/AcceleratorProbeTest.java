package atoll.vmm.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import atoll.vmm.Accelerator;
import atoll.vmm.KvmDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The choice between KVM and translation, on this very host.
@Tag("real")
class AcceleratorProbeTest {
  private static final int UID = 61_236;

  @TempDir Path directory;
  private Path memory;

  @BeforeEach
  void needsRootAndQemu() {
    assumeTrue(
        "root".equals(System.getProperty("user.name")),
        "SKIPPED: a probe as another user needs root");
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/qemu-system-x86_64")),
        "SKIPPED: QEMU is not installed");
    memory = directory.resolve("accelerator.json");
  }

  @Test
  void theProbeGuestRunsUnderTranslation() throws Exception {
    assertThat(
            ProbeRun.of(QemuProgram.find(), Accelerator.TCG, UID, 0, Duration.ofSeconds(30))
                .finished())
        .isTrue();
  }

  @Test
  void aHostWithoutTheDeviceTranslates() throws Exception {
    var verdict =
        new AcceleratorProbe(QemuProgram.find(), memory, UID, directory.resolve("kvm")).choose();
    assertThat(verdict.accelerator()).isEqualTo(Accelerator.TCG);
    assertThat(verdict.reason()).contains("does not exist");
  }

  /// Whatever this host's KVM is worth: the verdict is what the probe guest did, and no process is
  /// left.
  @Test
  void theVerdictFollowsTheGuestAndNothingIsLeftRunning() throws Exception {
    assumeTrue(Files.exists(KvmDevice.USUAL), "SKIPPED: there is no /dev/kvm");
    var verdict = new AcceleratorProbe(QemuProgram.find(), memory, UID).choose();
    assertThat(verdict.reason()).isNotBlank();
    assertThat(verdict.evidence()).contains("under tcg").contains("under kvm");
    assertThat(probes()).isZero();
    System.out.println("accelerator: " + verdict);
  }

  @Test
  void aVerdictIsRememberedUntilItsSubjectChanges() throws Exception {
    var absent = new AcceleratorProbe(QemuProgram.find(), memory, UID, directory.resolve("kvm"));
    var first = absent.choose();
    assertThat(AcceleratorVerdict.recall(memory, first.key())).contains(first);
    assertThat(AcceleratorVerdict.recall(memory, first.key() + " and another kernel")).isEmpty();
    Files.writeString(memory, "{\"key\": garbage");
    assertThat(AcceleratorVerdict.recall(memory, first.key())).isEmpty();
    assertThat(absent.choose()).isEqualTo(first);
  }

  private static long probes() throws IOException {
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      return processes.filter(AcceleratorProbeTest::isProbe).count();
    }
  }

  /// Of this test's own user: a node on the same host may be probing too.
  private static boolean isProbe(Path process) {
    try {
      return Files.getAttribute(process, "unix:uid").equals(UID)
          && Files.readString(process.resolve("cmdline")).contains("atoll-probe");
    } catch (IOException notAProcessOrGone) {
      return false;
    }
  }
}
