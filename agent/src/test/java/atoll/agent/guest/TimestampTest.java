package atoll.agent.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.OffsetDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-24T01:02:03Z",
        "1999-12-31T23:59:59.5Z",
        "2024-02-29T00:00:00.123456789+05:30",
        "2026-01-01T00:00:00-08:00"
      })
  void readsWhatTheLibraryReads(String text) {
    assertThat(Timestamp.parse(text)).isEqualTo(OffsetDateTime.parse(text).toInstant());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "now",
        "2026-11-24",
        "2026-11-24T01:02:03",
        "2026-02-30T00:00:00Z",
        "2026-11-24 01:02:03Z",
        "2026-11-24T01:02:03X",
        "2026-11-24T25:00:00Z"
      })
  void refusesTheRest(String text) {
    assertThatThrownBy(() -> Timestamp.parse(text)).isInstanceOf(RuntimeException.class);
  }

  @Test
  void fractionsAreCutToNanoseconds() {
    assertThat(Timestamp.parse("2026-01-01T00:00:00.1234567899Z").getNano()).isEqualTo(123456789);
  }
}
