package atoll.control.http;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.core.SandboxId;
import atoll.protocol.node.SandboxHealth;
import atoll.protocol.node.SandboxHealth.State;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HealthEventsTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private final HealthEvents events = new HealthEvents(1000);

  private static SandboxHealth fallen(String id) {
    return new SandboxHealth(
        new SandboxId(id), State.DEGRADED, "no_carrier", "gone", Instant.EPOCH);
  }

  @Test
  void whatCameIsToldAtOnceAndOnce() {
    events.add(fallen("ia"));
    events.add(fallen("ib"));
    var batch = events.after(1000, LONG, _ -> true);
    assertThat(batch.events()).extracting(e -> e.health().id().value()).containsExactly("ia", "ib");
    assertThat(batch.missed()).isFalse();
    assertThat(events.after(batch.last(), Duration.ZERO, _ -> true).events()).isEmpty();
  }

  @Test
  void aWaiterIsWokenByItsOwnAlone() throws Exception {
    var waiting =
        CompletableFuture.supplyAsync(
            () -> events.after(1000, LONG, health -> health.id().value().equals("imine")));
    events.add(fallen("iother"));
    events.add(fallen("imine"));
    var batch = waiting.get(20, TimeUnit.SECONDS);
    assertThat(batch.events()).hasSize(1);
    assertThat(batch.last()).isEqualTo(1002);
  }

  @Test
  void nobodyWaitsLongerThanAsked() {
    assertThat(events.after(1000, Duration.ofMillis(20), _ -> true).events()).isEmpty();
  }

  /// Numbers of an earlier run are lower than all of this one.
  @Test
  void whatWasForgottenIsSaid() {
    assertThat(events.after(5, Duration.ZERO, _ -> true).missed()).isTrue();
    for (int i = 0; i < 2000; i++) events.add(fallen("ia"));
    var batch = events.after(1000, Duration.ZERO, _ -> true);
    assertThat(batch.missed()).isTrue();
    assertThat(batch.events()).hasSize(1024);
  }
}
