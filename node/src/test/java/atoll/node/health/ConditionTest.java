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
  private final Condition condition = new Condition(SandboxHealth.healthy(ID, Instant.EPOCH));

  private boolean changes(Condition.Sight sight) {
    return condition.see(sight, Instant.EPOCH.plusSeconds(9)).isPresent();
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
    assertThat(condition.now()).isEqualTo(SandboxHealth.healthy(ID, Instant.EPOCH.plusSeconds(9)));
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
