package atoll.node.health;

import atoll.protocol.node.SandboxHealth;
import atoll.protocol.node.SandboxHealth.State;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// Turns what was seen of a sandbox, look by look, into its health: a single bad look changes
/// nothing, and neither does a single good one after it. Not safe for use by several threads.
final class Condition {
  /// How many looks in a row must show a fault. An agent may be slow for a moment, when its guest
  /// works or its host is busy; a link that flaps may come back; a tap that is gone stays gone.
  private static final Map<String, Integer> LOOKS =
      Map.of("tap_gone", 1, "link_down", 2, "no_carrier", 2, Watch.PORT_CUT, 2);

  private static final int LOOKS_OTHERWISE = 3;
  private static final int LOOKS_TO_RECOVER = 2;

  /// Looks that are closer than this count as one. A monitor's end takes its tap's carrier away in
  /// several events: they are effects, and must not be told before their cause is known.
  private static final Duration APART = Duration.ofMillis(500);

  /// What one look showed; an empty cause is health.
  record Sight(String cause, String message) {
    static final Sight WELL = new Sight("", "");

    boolean isWell() {
      return cause.isEmpty();
    }
  }

  private SandboxHealth now;
  private Sight last = Sight.WELL;
  private int inARow;
  private Instant counted = Instant.EPOCH;

  Condition(SandboxHealth now) {
    this.now = now;
  }

  SandboxHealth now() {
    return now;
  }

  /// Whether the next look should come soon: something was seen that does not fit.
  boolean isUnsettled() {
    return now.state() != State.HEALTHY || !last.isWell();
  }

  /// The new health, if this look changed it.
  Optional<SandboxHealth> see(Sight sight, Instant at) {
    count(sight, at);
    if (sight.cause().equals(now.cause()) || inARow < needed(sight)) return Optional.empty();
    now =
        sight.isWell()
            ? SandboxHealth.healthy(now.id(), at)
            : new SandboxHealth(now.id(), State.DEGRADED, sight.cause(), sight.message(), at);
    return Optional.of(now);
  }

  private void count(Sight sight, Instant at) {
    boolean again = sight.cause().equals(last.cause());
    last = sight;
    if (again && at.isBefore(counted.plus(APART))) return;
    inARow = again ? Math.min(inARow + 1, LOOKS_OTHERWISE) : 1;
    counted = at;
  }

  private static int needed(Sight sight) {
    return sight.isWell() ? LOOKS_TO_RECOVER : LOOKS.getOrDefault(sight.cause(), LOOKS_OTHERWISE);
  }
}
