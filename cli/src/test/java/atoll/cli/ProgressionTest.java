package atoll.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressionTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);

  private String text() {
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void elsewhereThanOnATerminalOnlyNewsIsALine() {
    try (var progress = new Progression(stream, false)) {
      progress.step("disk", "unpacking", 0.1);
      progress.step("disk", "unpacking", 0.2);
      progress.step("disk", "checking", 0.9);
      progress.done("disk", 1500);
    }
    assertThat(text().lines())
        .hasSize(3)
        .noneMatch(line -> line.contains("\u001b"))
        .last()
        .asString()
        .contains("done in 1.5 s");
  }

  @Test
  void onATerminalRunningStepsAreRedrawnInPlaceAndEndedOnesStay() {
    try (var progress = new Progression(stream, true)) {
      progress.step("disk", "unpacking", 0.5);
      progress.step("kernel", "reading", -1);
      progress.done("disk", 20);
    }
    assertThat(text()).contains("50 %", "\u001b[2A", "disk", "done in 20 ms");
  }

  @Test
  void anImpossibleFractionDoesNotBreakTheBar() {
    try (var progress = new Progression(stream, true)) {
      progress.step("disk", "x".repeat(500), 7.5);
    }
    assertThat(text()).contains("100 %");
  }
}
