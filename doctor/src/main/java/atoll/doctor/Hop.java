package atoll.doctor;

import java.util.Locale;

/// One rung of the way from the host to the agent.
///
/// @param evidence what was read of it
public record Hop(String name, State state, String evidence) {
  /// What the look says of a rung; unknown is one that could not be read.
  public enum State {
    OK,
    BROKEN,
    UNKNOWN;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
