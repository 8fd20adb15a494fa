package atoll.template.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import atoll.core.Refusal;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelPackageTest {
  @Test
  void readsWhatDebiansMetaPackageDependsOn() {
    var newest =
        KernelPackage.parse(
            List.of(
                "Package: linux-image-cloud-amd64",
                "Version: 6.1.192-2",
                "Depends: linux-image-6.1.0-56-cloud-amd64 (= 6.1.192-2)"));
    assertThat(newest.label()).isEqualTo("linux-image-6.1.0-56-cloud-amd64_6.1.192-2");
  }

  @Test
  void readsWhatUbuntusMetaPackageDependsOn() {
    var newest =
        KernelPackage.parse(
            List.of(
                "Package: linux-image-virtual",
                "Version: 5.15.0.1.2",
                "Depends: linux-firmware, linux-image-5.15.0-1-generic"));
    assertThat(newest.name()).isEqualTo("linux-image-5.15.0-1-generic");
  }

  @Test
  void saysWhatToDoIfAptKnowsNone() {
    assertThatThrownBy(() -> KernelPackage.parse(List.of("W: nothing")))
        .isInstanceOfSatisfying(
            Refusal.Failed.class, e -> assertThat(e.hint()).contains("apt-get update"));
  }
}
