package atoll.node.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.core.SandboxId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndingsTest {
  @TempDir Path home;

  @Test
  void eachEndIsOneLineWithTheConsolesLastLines() throws IOException {
    new Endings(home).write(new SandboxId("iabc"), "vmm_exited", "signal 9", List.of("a", "b\"c"));
    List<String> lines = Files.readAllLines(home.resolve("endings"));
    assertThat(lines).hasSize(1);
    assertThat(lines.getFirst())
        .contains("\"id\":\"iabc\"", "vmm_exited", "signal 9", "\"console\":[\"a\",\"b\\\"c\"]");
  }

  @Test
  void aHostileConsoleAndManyEndsStayBounded() throws IOException {
    var endings = new Endings(home);
    List<String> flood = Collections.nCopies(10_000, "x".repeat(100_000));
    for (int i = 0; i < 60; i++) endings.write(new SandboxId("iabc"), "vmm_exited", "m", flood);
    assertThat(Files.size(home.resolve("endings"))).isLessThan(512 << 10);
    assertThat(Files.size(home.resolve("endings.1"))).isLessThan(512 << 10);
  }

  @Test
  void aHomeThatCannotBeWrittenStopsNothing() {
    new Endings(home.resolve("gone")).write(new SandboxId("iabc"), "vmm_exited", "m", List.of());
    assertThat(home.resolve("gone")).doesNotExist();
  }
}
