package atoll.cli.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InstanceTest {
  @TempDir Path folder;

  private Instance of(long pid, long ticks) {
    return new Instance(
        pid,
        ticks,
        Instant.parse("2026-01-01T00:00:00Z"),
        "http://127.0.0.1:1",
        "http://127.0.0.1:2");
  }

  @Test
  void whatIsWrittenIsReadBackWhileTheProcessLives() throws Exception {
    Home home = Home.at(folder);
    long pid = ProcessHandle.current().pid();
    var instance = of(pid, Processes.startTicks(pid).orElseThrow());
    instance.write(home);
    assertThat(Instance.running(home)).contains(instance);
  }

  @Test
  void aReusedPidIsNotTheInstance() throws Exception {
    Home home = Home.at(folder);
    of(ProcessHandle.current().pid(), 1).write(home);
    assertThat(Instance.running(home)).isEmpty();
    assertThat(Instance.read(home)).isPresent();
  }

  @Test
  void nothingRunsWhereThereIsNoFile() throws Exception {
    assertThat(Instance.running(Home.at(folder))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{\"pid\":\"x\"}",
        "{\"pid\":1,\"startTicks\":1,\"startedAt\":\"yesterday\",\"apiUrl\":\"a\",\"sandboxUrl\":\"b\"}"
      })
  void aDamagedFileIsNamed(String text) throws Exception {
    Home home = Home.at(folder);
    Files.createDirectories(home.instance().getParent());
    Files.writeString(home.instance(), text);
    assertThatThrownBy(() -> Instance.running(home))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(home.instance().toString());
  }
}
