package atoll.template.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import atoll.core.Deadline;
import atoll.core.Refusal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ToolTest {
  private static final Path HERE = Path.of("/tmp");

  private static List<String> sh(String script, Duration within) {
    return new Tool("sh", "dash").run(HERE, Deadline.after(within), List.of("-c", script));
  }

  @Test
  void answersWhatTheProgramPrinted() {
    assertThat(sh("echo one; echo two >&2", Duration.ofSeconds(10))).containsExactly("one", "two");
  }

  @Test
  void carriesTheLastWordsOfAFailure() {
    assertThatThrownBy(() -> sh("echo broken; exit 3", Duration.ofSeconds(10)))
        .isInstanceOfSatisfying(
            Refusal.Failed.class, e -> assertThat(e.detail()).isEqualTo("broken"))
        .hasMessageContaining("status 3");
  }

  @Test
  void tellsAFullDiskFromOtherFailures() {
    assertThatThrownBy(
            () -> sh("echo 'write: No space left on device'; exit 1", Duration.ofSeconds(10)))
        .isInstanceOf(Refusal.NoSpace.class)
        .hasMessageContaining(HERE.toString());
  }

  @Test
  void endsAtTheDeadline() {
    assertThatThrownBy(() -> sh("sleep 60", Duration.ofMillis(100)))
        .hasMessageContaining("did not end in time");
  }

  @Test
  void namesThePackageOfAMissingProgram() {
    assertThatThrownBy(() ->
            new Tool("no-such-program", "some-package")
                .run(HERE, Deadline.after(Duration.ofSeconds(1)), List.of()))
        .isInstanceOfSatisfying(
            Refusal.Failed.class,
            e -> assertThat(e.hint()).isEqualTo("apt-get install some-package"));
  }
}
