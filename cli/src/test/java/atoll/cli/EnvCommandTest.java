package atoll.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvCommandTest {
  @ParameterizedTest
  @ValueSource(strings = {"plain", "it's", "$(touch x)", "`x`", "a\nb", "\\", "\"", "'", "''"})
  void aShellReadsBackWhatWasQuoted(String value) throws Exception {
    var shell =
        new ProcessBuilder("sh", "-c", "X=" + EnvCommand.quoted(value) + "; printf %s \"$X\"")
            .start();
    byte[] read = shell.getInputStream().readAllBytes();
    assertThat(shell.waitFor(5, TimeUnit.SECONDS)).isTrue();
    assertThat(new String(read, StandardCharsets.UTF_8)).isEqualTo(value);
  }
}
