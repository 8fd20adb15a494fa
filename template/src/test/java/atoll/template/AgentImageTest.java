package atoll.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import atoll.core.Deadline;
import atoll.core.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
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

  @Test
  void theIdentityIsWhatTheJarsHoldAndNotWhenTheyWereMade() throws Exception {
    Path jdk = Path.of(System.getProperty("java.home"));
    Path first = jars("first", "code", 1);
    assertThat(AgentImage.identity(jars("later", "code", 2), jdk))
        .isEqualTo(AgentImage.identity(first, jdk));
    assertThat(AgentImage.identity(jars("other", "edoc", 1), jdk))
        .isNotEqualTo(AgentImage.identity(first, jdk));
  }

  private Path jars(String name, String content, int day) throws IOException {
    Path jars = Files.createDirectory(folder.resolve(name));
    for (String module : List.of("core", "protocol", "linux", "agent")) {
      Path jar = jars.resolve("atoll-" + module + "-1.jar");
      try (var zip = new ZipOutputStream(Files.newOutputStream(jar))) {
        var entry = new ZipEntry("atoll/" + module + ".class");
        entry.setTimeLocal(LocalDateTime.of(2026, 1, day, 0, 0));
        zip.putNextEntry(entry);
        zip.write(content.getBytes(StandardCharsets.UTF_8));
      }
    }
    return jars;
  }
}
