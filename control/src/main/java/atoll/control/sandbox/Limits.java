package atoll.control.sandbox;

import atoll.control.store.SandboxRow;
import atoll.control.store.Team;
import atoll.core.Refusal;
import java.time.Duration;
import java.time.Instant;

/// How long sandboxes may live: per run, at most the team's limit from the start of that run.
final class Limits {
  private Limits() {}

  static void check(Team team, Duration timeout) {
    if (timeout.compareTo(team.longestLife()) <= 0) return;
    throw new Refusal.Invalid(
        "timeout_too_long",
        "validation error: timeout: at most %d seconds (%d hours) for this team"
            .formatted(team.longestLife().toSeconds(), team.longestLife().toHours()));
  }

  /// `timeout` from now, cut off where the run's longest life ends.
  static Instant endAt(Team team, SandboxRow row, Duration timeout, Instant now) {
    Instant latest = row.startedAt().plus(team.longestLife());
    if (!latest.isAfter(now)) {
      throw new Refusal.Invalid(
          "longest_life_reached",
          "sandbox " + row.id() + " has reached the longest life that this team allows");
    }
    Instant wanted = now.plus(timeout);
    return wanted.isBefore(latest) ? wanted : latest;
  }
}
