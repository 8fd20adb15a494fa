package atoll.linux.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.linux.process.PollSet;
import org.junit.jupiter.api.Test;

class BellTest {
  @Test
  void ringsUntilSilencedAndNeverAfterTheClose() throws Exception {
    try (var bell = Bell.open();
        var poll = new PollSet(1)) {
      poll.watch(0, bell.number());
      assertThat(poll.await(0)).isFalse();
      bell.ring();
      bell.ring();
      assertThat(poll.await(0)).isTrue();
      bell.silence();
      assertThat(poll.await(0)).isFalse();
      int number = bell.number();
      bell.close();
      try (var other = Bell.open()) {
        assertThat(other.number()).as("the number is used again").isEqualTo(number);
        bell.ring();
        poll.watch(0, other.number());
        assertThat(poll.await(0)).isFalse();
      }
    }
  }
}
