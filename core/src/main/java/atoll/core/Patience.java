package atoll.core;

import java.time.Duration;

/// How many times longer than usual a slow host may take for what has a limit: for hosts that are
/// emulated themselves, where a boot takes minutes.
///
/// @param times 1 to 100
public record Patience(int times) {
  public static final Patience USUAL = new Patience(1);

  private static final int MOST = 100;

  /// @throws Refusal.Invalid if it is out of its range
  public Patience {
    if (times < 1 || times > MOST)
      throw new Refusal.Invalid(
          "patience_invalid", "a patience of " + times + ": it is 1 to " + MOST);
  }

  /// @param text digits; null or blank for the usual one
  /// @throws Refusal.Invalid if it is no number of that range
  public static Patience of(String text) {
    if (text == null || text.isBlank()) return USUAL;
    if (text.matches("[0-9]{1,3}")) return new Patience(Integer.parseInt(text));
    throw new Refusal.Invalid("patience_invalid", "ATOLL_PATIENCE is no number: " + text);
  }

  /// What the host of the environment variable `ATOLL_PATIENCE` is given.
  public static Patience ofEnvironment() {
    return of(System.getenv("ATOLL_PATIENCE"));
  }

  public Duration with(Duration usual) {
    return usual.multipliedBy(times);
  }
}
