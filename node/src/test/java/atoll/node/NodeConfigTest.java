package atoll.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import atoll.core.Refusal;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class NodeConfigTest {
  @Test
  void aHomeInWhichNoSocketWouldFitIsRefused() {
    Path home = Path.of("/" + "h".repeat(60));
    assertThatThrownBy(() -> NodeConfig.of(home, null))
        .isInstanceOfSatisfying(
            Refusal.Invalid.class, r -> assertThat(r.reason()).isEqualTo("home_path_too_long"))
        .hasMessageContaining("61 bytes");
  }

  @Test
  void theHomeIsMadeAbsolute() {
    assertThat(NodeConfig.of(Path.of("/srv/../srv/atoll"), null).home())
        .isEqualTo(Path.of("/srv/atoll"));
  }
}
