package atoll.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class LogsTest {
  private static String line(Level level, String message) {
    var entry = new LogRecord(level, message);
    entry.setInstant(Instant.parse("2026-01-01T00:00:00.123456Z"));
    entry.setLoggerName("atoll.x");
    return new Logs.OneLine().format(entry);
  }

  @Test
  void aRecordIsOneLineWhateverItsMessageHolds() {
    assertThat(line(Level.WARNING, "a\nb\u001b[2J"))
        .isEqualTo("2026-01-01T00:00:00.123Z WARN atoll.x a?b?[2J\n");
  }

  @Test
  void levelsHaveShortNames() {
    assertThat(line(Level.SEVERE, "m")).contains(" ERROR ");
    assertThat(line(Level.INFO, "m")).contains(" INFO ");
    assertThat(line(Level.FINE, "m")).contains(" DEBUG ");
  }
}
