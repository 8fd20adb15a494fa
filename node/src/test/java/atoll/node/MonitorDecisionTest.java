package atoll.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import atoll.core.Refusal;
import atoll.vmm.Accelerator;
import atoll.vmm.firecracker.FirecrackerProgram;
import atoll.vmm.firecracker.FirecrackerVerdict;
import atoll.vmm.qemu.AcceleratorVerdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MonitorDecisionTest {
  private static final Optional<FirecrackerVerdict> RUNS =
      Optional.of(new FirecrackerVerdict(true, "a probe guest ran", "60 ms", ""));
  private static final Optional<FirecrackerVerdict> FAILS =
      Optional.of(new FirecrackerVerdict(false, "no guest runs under it", "still running", ""));

  @TempDir private Path folder;
  private Optional<FirecrackerProgram> installed;

  @BeforeEach
  void install() throws Exception {
    Path binary = folder.resolve("firecracker");
    Files.writeString(binary, "#!/bin/sh\necho Firecracker v1.16.1\n");
    Files.setPosixFilePermissions(binary, PosixFilePermissions.fromString("rwxr-xr-x"));
    installed = FirecrackerProgram.find(Map.of("ATOLL_FIRECRACKER", binary.toString()));
  }

  @Test
  void autoTakesAFirecrackerWhoseGuestsRun() {
    var decision = MonitorDecision.of(VmmChoice.AUTO, kvm(Accelerator.KVM), installed, RUNS);
    assertThat(decision.firecracker()).isTrue();
    assertThat(decision.reason()).isEqualTo("a probe guest ran");
    assertThat(decision.evidence()).contains("seen by qemu", "60 ms");
  }

  @Test
  void autoSaysWhyItIsQemu() {
    assertThat(reason(Accelerator.KVM, Optional.empty(), Optional.empty()))
        .contains("no Firecracker is installed");
    assertThat(reason(Accelerator.TCG, installed, Optional.empty()))
        .contains("Firecracker needs a KVM that runs guests");
    assertThat(reason(Accelerator.KVM, installed, FAILS)).contains("no guest runs under it");
  }

  private static String reason(
      Accelerator accelerator,
      Optional<FirecrackerProgram> program,
      Optional<FirecrackerVerdict> verdict) {
    var decision = MonitorDecision.of(VmmChoice.AUTO, kvm(accelerator), program, verdict);
    assertThat(decision.firecracker()).isFalse();
    return decision.reason();
  }

  @Test
  void aWishThatCannotBeHadIsRefused() {
    assertThatThrownBy(() -> wanted(Accelerator.KVM, Optional.empty(), Optional.empty()))
        .isInstanceOfSatisfying(
            Refusal.Unavailable.class,
            e -> assertThat(e.reason()).isEqualTo("firecracker_missing"));
    assertThatThrownBy(() -> wanted(Accelerator.TCG, installed, Optional.empty()))
        .isInstanceOfSatisfying(
            Refusal.Unavailable.class,
            e -> assertThat(e.reason()).isEqualTo("firecracker_unusable"))
        .hasMessageContaining("why of qemu");
    assertThatThrownBy(() -> wanted(Accelerator.KVM, installed, FAILS))
        .hasMessageContaining("no guest runs under it");
    assertThat(wanted(Accelerator.KVM, installed, RUNS).firecracker()).isTrue();
  }

  private static MonitorDecision wanted(
      Accelerator accelerator,
      Optional<FirecrackerProgram> program,
      Optional<FirecrackerVerdict> verdict) {
    return MonitorDecision.of(VmmChoice.FIRECRACKER, kvm(accelerator), program, verdict);
  }

  @Test
  void qemuIsTakenAtItsWord() {
    var decision = MonitorDecision.of(VmmChoice.QEMU, kvm(Accelerator.KVM), installed, RUNS);
    assertThat(decision.firecracker()).isFalse();
  }

  @Test
  void aChoiceIsReadAsItIsWritten() {
    for (VmmChoice choice : VmmChoice.values())
      assertThat(VmmChoice.of(choice.label())).isEqualTo(choice);
    assertThatThrownBy(() -> VmmChoice.of("xen")).hasMessageContaining("firecracker");
  }

  private static AcceleratorVerdict kvm(Accelerator accelerator) {
    return new AcceleratorVerdict(
        accelerator, "why of qemu", "seen by qemu", Duration.ofSeconds(2), "");
  }
}
