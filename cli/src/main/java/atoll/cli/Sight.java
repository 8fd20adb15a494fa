package atoll.cli;

import atoll.cli.client.ControlClient;
import atoll.cli.home.Home;
import atoll.cli.report.CommandFailure;
import atoll.core.json.Json;
import java.io.IOException;
import java.time.Duration;

/// What a running node adds to the doctor's own look: the agent's token and the start's timeline.
/// Without one, nothing.
///
/// @param token a secret, or null
/// @param timeline empty if unknown
record Sight(String token, Json.Obj timeline) {
  /// A node that hangs is one of the things that a doctor is called for.
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final Sight NOTHING = new Sight(null, Json.EMPTY);

  static Sight of(Home home, String id) {
    try {
      var control = ControlClient.open(home);
      String token = control.info(id, PATIENCE).text("envdAccessToken").orElse(null);
      return new Sight(token, control.timeline(id, PATIENCE));
    } catch (IOException | CommandFailure withoutNode) {
      return NOTHING;
    }
  }

  @Override
  public String toString() {
    return "Sight[" + (token == null ? "no token" : "token") + "]";
  }
}
