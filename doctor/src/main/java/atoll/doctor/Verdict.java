package atoll.doctor;

import java.util.Locale;

/// What a look at a sandbox comes to.
public enum Verdict {
  HEALTHY,
  /// It works with less than it should have; slow counts.
  DEGRADED,
  /// It does what it was told to, which somebody may not have expected.
  EXPLAINED,
  BROKEN,
  /// Too little could be read, or nothing is known of it.
  UNKNOWN;

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// Exit status of the command: part of its contract.
  public int exit() {
    return switch (this) {
      case HEALTHY, EXPLAINED -> 0;
      case DEGRADED, BROKEN -> 1;
      case UNKNOWN -> 2;
    };
  }
}
