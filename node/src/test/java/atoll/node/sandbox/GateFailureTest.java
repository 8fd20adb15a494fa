package atoll.node.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import atoll.core.Refusal;
import atoll.core.Rung;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GateFailureTest {
  @TempDir Path home;

  static Stream<Arguments> faults() {
    return Stream.of(
        fault(Rung.VMM_ALIVE, "exit status 1", w -> w.dieAt = "spawn"),
        fault(Rung.NAMESPACE, "network namespace 1, its slot's is 4242", w -> w.inodeOfMonitor = 1),
        fault(Rung.TAP_HELD, "holds no tap", w -> w.tapsHeld = List.of()),
        fault(Rung.TAP_HELD, "holds [tap0, tap0]", w -> w.tapsHeld = List.of("tap0", "tap0")),
        fault(Rung.TAP_HELD, "holds []", w -> w.tapsHeld = List.of("")),
        fault(Rung.CARRIER, "tap0 has no carrier", w -> w.carrier = false),
        fault(Rung.AGENT_TCP, "connection refused", w -> w.refusedConnects = Integer.MAX_VALUE),
        fault(Rung.AGENT_HEALTH, "503", w -> w.healthy = false),
        fault(
            Rung.INIT,
            "access token validation failed",
            w -> w.initFailure = "access token validation failed"));
  }

  private static Arguments fault(Rung rung, String words, Consumer<FakeWorld> set) {
    return Arguments.of(rung, words, set);
  }

  @ParameterizedTest
  @MethodSource("faults")
  void theFirstRungThatDoesNotHoldIsNamed(Rung rung, String words, Consumer<FakeWorld> set)
      throws IOException {
    try (var world = new FakeWorld(home)) {
      world.limits = FakeWorld.limits(Duration.ofMillis(60));
      set.accept(world);
      var sandboxes = new Sandboxes(world.workshop(), 1);
      var failed =
          catchThrowableOfType(
              Refusal.Failed.class,
              () -> sandboxes.create(FakeWorld.request(FakeWorld.ID), world.template));
      assertThat(failed.reason()).isEqualTo(rung.code());
      assertThat(failed).hasMessageContaining("itest").hasMessageContaining(words);
      assertThat(failed.detail()).contains("Kernel panic");
      assertThat(world.left()).isEmpty();
      assertThat(world.ledger.entries()).isEmpty();
    }
  }

  /// Refused at once, again and again: more often than a patience can double within a number.
  @Test
  void anAgentThatRefusesFortyTimesIsStillWaitedFor() throws IOException {
    try (var world = new FakeWorld(home)) {
      world.limits = FakeWorld.limits(Duration.ofSeconds(20));
      world.refusedConnects = 40;
      var sandboxes = new Sandboxes(world.workshop(), 1);
      sandboxes.create(FakeWorld.request(FakeWorld.ID), world.template);
      assertThat(sandboxes.running()).hasSize(1);
      assertThat(sandboxes.close()).isEmpty();
    }
  }
}
