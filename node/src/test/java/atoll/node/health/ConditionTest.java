package atoll.node.health;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.core.SandboxId;
import atoll.protocol.node.SandboxHealth;
import atoll.protocol.node.SandboxHealth.State;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ConditionTest {
  private static final Condition.Sight SLOW = new Condition.Sight("agent_unhealthy", "late");
  private static final Condition.Sight DOWN = new Condition.Sight("no_carrier", "gone");
  private static final SandboxId ID = new SandboxId("ihealth");
  private Instant now = Instant.EPOCH;
  private final Condition condition = new Condition(SandboxHealth.healthy(ID, Instant.EPOCH));

  private boolean changes(Condition.Sight sight) {
    now = now.plusSeconds(1);
    return condition.see(sight, now).isPresent();
  }

  /// As when a monitor ends: the kernel tells of its carrier more than once, and then of its end.
  @Test
  void looksCloseToEachOtherCountAsOne() {
    assertThat(changes(DOWN)).isFalse();
    for (int i = 0; i < 9; i++) assertThat(condition.see(DOWN, now.plusMillis(40L * i))).isEmpty();
    assertThat(condition.see(DOWN, now.plusMillis(500))).isPresent();
  }

  @Test
  void twoSlowAnswersAreNoFault() {
    assertThat(changes(SLOW)).isFalse();
    assertThat(condition.isUnsettled()).isTrue();
    assertThat(changes(SLOW)).isFalse();
    assertThat(changes(Condition.Sight.WELL)).isFalse();
    assertThat(condition.isUnsettled()).isFalse();
    assertThat(changes(SLOW)).isFalse();
    assertThat(condition.now().state()).isEqualTo(State.HEALTHY);
  }

  @Test
  void threeInARowAreAndAreToldOnce() {
    changes(SLOW);
    changes(SLOW);
    assertThat(changes(SLOW)).isTrue();
    assertThat(condition.now().state()).isEqualTo(State.DEGRADED);
    assertThat(condition.now().cause()).isEqualTo("agent_unhealthy");
    assertThat(changes(SLOW)).isFalse();
  }

  @Test
  void oneGoodLookDoesNotCureAndTwoDo() {
    assertThat(changes(DOWN)).isFalse();
    assertThat(changes(DOWN)).isTrue();
    assertThat(changes(Condition.Sight.WELL)).isFalse();
    assertThat(changes(DOWN)).isFalse();
    assertThat(changes(Condition.Sight.WELL)).isFalse();
    assertThat(changes(Condition.Sight.WELL)).isTrue();
    assertThat(condition.now()).isEqualTo(SandboxHealth.healthy(ID, now));
  }

  @Test
  void aTapThatIsGoneIsKnownAtTheFirstLook() {
    assertThat(changes(new Condition.Sight("tap_gone", "gone"))).isTrue();
  }

  @Test
  void anotherCauseIsAChangeToo() {
    changes(DOWN);
    changes(DOWN);
    assertThat(changes(new Condition.Sight("tap_gone", "gone"))).isTrue();
    assertThat(condition.now().cause()).isEqualTo("tap_gone");
  }
}
