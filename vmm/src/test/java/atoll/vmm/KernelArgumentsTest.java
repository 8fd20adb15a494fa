package atoll.vmm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelArgumentsTest {
  private static final String CPUINFO =
      "processor\t: 0\nmodel name\t: Some CPU @ 2.10GHz\ncpu MHz\t\t: 2299.998\n";
  @TempDir Path host;

  @Test
  void hardwareNeedsNone() {
    assertThat(KernelArguments.of(Accelerator.KVM, OptionalLong.of(1), false)).isEmpty();
  }

  @Test
  void translationGetsAClockAndStableAddresses() {
    assertThat(KernelArguments.of(Accelerator.TCG, OptionalLong.of(2_300_000), false))
        .containsExactlyInAnyOrder(
            "no_timer_check",
            "mitigations=off",
            "norandmaps",
            "tsc=reliable",
            "tsc_early_khz=2300000");
  }

  @Test
  void hardenedKeepsRandomAddresses() {
    assertThat(KernelArguments.of(Accelerator.TCG, OptionalLong.of(1), true))
        .doesNotContain("norandmaps");
  }

  @Test
  void anUnknownFrequencyIsNotGuessed() {
    assertThat(KernelArguments.of(Accelerator.TCG, OptionalLong.empty(), false))
        .noneMatch(a -> a.startsWith("tsc"));
  }

  @Test
  void theMomentaryClockCountsWhereItDoesNotChange() throws IOException {
    assertThat(counter()).hasValue(2_299_998);
  }

  @Test
  void theNominalClockCountsWhereFrequenciesAreScaled() throws IOException {
    Files.createDirectories(host.resolve("cpufreq"));
    assertThat(counter()).hasValue(2_100_000);
    Files.writeString(host.resolve("cpufreq/base_frequency"), "2200000\n");
    assertThat(counter()).hasValue(2_200_000);
  }

  private OptionalLong counter() throws IOException {
    return TimeStampCounter.kiloHertz(Files.writeString(host.resolve("cpuinfo"), CPUINFO), host);
  }
}
