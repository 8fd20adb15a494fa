package atoll.template.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import atoll.core.Refusal;
import java.util.List;
import org.junit.jupiter.api.Test;

class AptSourcesTest {
  private static final List<String> TARGETS =
      List.of(
          "Debian|bookworm|http://deb.example/debian/|bookworm|main",
          "Debian|bookworm|http://deb.example/debian/|bookworm|contrib",
          "Debian|bookworm-security|http://deb.example/debian-security/|bookworm-security|main",
          "Debian|trixie|http://deb.example/debian/|trixie|main",
          "Somebody|nodistro|https://else.example/|nodistro|main",
          "W: a warning of apt");

  @Test
  void takesTheHostsOwnReleaseAlone() {
    assertThat(AptSources.of("bookworm", "debian", TARGETS).lines())
        .containsExactly(
            "deb http://deb.example/debian/ bookworm main contrib",
            "deb http://deb.example/debian-security/ bookworm-security main");
  }

  @Test
  void saysWhatToDoWithoutAnIndex() {
    assertThatThrownBy(() -> AptSources.of("bookworm", "debian", List.of()))
        .isInstanceOfSatisfying(
            Refusal.Failed.class, e -> assertThat(e.hint()).isEqualTo("run apt-get update"));
  }
}
