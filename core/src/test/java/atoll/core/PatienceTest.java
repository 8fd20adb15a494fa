package atoll.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class PatienceTest {
  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " ", "1"})
  void withoutAWordItIsTheUsualOne(String text) {
    assertThat(Patience.of(text)).isEqualTo(Patience.USUAL);
  }

  @Test
  void itMakesLimitsLonger() {
    assertThat(Patience.of("20").with(Duration.ofMillis(450))).isEqualTo(Duration.ofSeconds(9));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "101", "-1", "1.5", "many", "99999999999"})
  void othersAreRefused(String text) {
    assertThatThrownBy(() -> Patience.of(text))
        .isInstanceOfSatisfying(
            Refusal.Invalid.class, r -> assertThat(r.reason()).isEqualTo("patience_invalid"));
  }
}
