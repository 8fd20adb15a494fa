package atoll.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import atoll.core.Deadline;
import atoll.core.Refusal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentImageTest {
  @TempDir Path folder;

  @Test
  void namesWhatIsMissing() throws Exception {
    Path jdk = Path.of(System.getProperty("java.home"));
    Deadline deadline = Deadline.after(Duration.ofSeconds(5));
    assertThatThrownBy(() -> AgentImage.write(folder.resolve("out"), folder, folder, deadline))
        .isInstanceOf(Refusal.Failed.class)
        .hasMessageContaining("jlink");
    assertThatThrownBy(() -> AgentImage.write(folder.resolve("out"), folder, jdk, deadline))
        .isInstanceOf(Refusal.Failed.class)
        .hasMessageContaining("atoll-core-");
    assertThat(Files.exists(folder.resolve("out"))).isFalse();
  }
}
