package atoll.agent.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PatienceTest {
  private final Patience patience = new Patience();

  @Test
  void beginsWithAGuess() {
    assertThat(patience.millis()).isEqualTo(15);
  }

  @Test
  void isTwiceWhatShortCommandsTake() {
    lasted(20, 1.5);
    assertThat(patience.millis()).isBetween(3, 4);
    lasted(20, 20);
    assertThat(patience.millis()).isBetween(39, 40);
  }

  @Test
  void hasAnUpperAndALowerBound() {
    lasted(20, 45);
    assertThat(patience.millis()).isEqualTo(50);
    lasted(50, 0);
    assertThat(patience.millis()).isEqualTo(1);
  }

  @Test
  void learnsNothingFromLongCommands() {
    lasted(100, 5000);
    assertThat(patience.millis()).isEqualTo(15);
  }

  @Test
  void oneOddCommandDoesNotRuleTheNext() {
    lasted(20, 2);
    lasted(1, 40);
    assertThat(patience.millis()).isLessThan(25);
    lasted(10, 2);
    assertThat(patience.millis()).isLessThan(7);
  }

  private void lasted(int times, double millis) {
    for (int i = 0; i < times; i++) patience.lasted((long) (millis * 1e6));
  }
}
