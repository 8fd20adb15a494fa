package atoll.vmm.firecracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import atoll.vmm.firecracker.FirecrackerVersion.Feature;
import org.junit.jupiter.api.Test;

class FirecrackerVersionTest {
  @Test
  void theVersionIsFoundAmongOtherWords() {
    String words = "Firecracker v1.16.1\n\n2026 [anonymous-instance:main] exiting. exit_code=0\n";
    assertThat(FirecrackerVersion.parse(words)).hasToString("1.16.1");
    assertThat(FirecrackerVersion.parse("Jailer v1.12.0")).hasToString("1.12.0");
    assertThat(FirecrackerVersion.parse("Firecracker v1.13.0-dev")).hasToString("1.13.0");
  }

  @Test
  void whatSaysNoVersionIsQuoted() {
    assertThatThrownBy(() -> FirecrackerVersion.parse("busybox v1"))
        .hasMessageContaining("busybox v1");
  }

  @Test
  void releasesFrom110To116AreDriven() {
    assertThat(version(9).isDriven()).isFalse();
    assertThat(version(10).isDriven()).isTrue();
    assertThat(version(16).isDriven()).isTrue();
    assertThat(version(17).isDriven()).isFalse();
    assertThat(new FirecrackerVersion(2, 12, 0).isDriven()).isFalse();
  }

  @Test
  void featuresComeWithTheirRelease() {
    assertThat(version(11).has(Feature.NETWORK_OVERRIDES)).isFalse();
    assertThat(version(12).has(Feature.NETWORK_OVERRIDES)).isTrue();
    assertThat(version(16).has(Feature.NETWORK_OVERRIDES)).isTrue();
  }

  private static FirecrackerVersion version(int minor) {
    return new FirecrackerVersion(1, minor, 0);
  }
}
