package atoll.core;

import java.util.random.RandomGenerator;

/// The name of one sandbox: `i` and 20 characters of `[a-z0-9]` when made here.
///
/// Never contains a dash, since the edge splits host labels on it, and is safe as part of a file
/// name. Accepts 1 to 64 characters of `[a-z0-9]` from outside.
public record SandboxId(String value) {
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final int RANDOM_LENGTH = 20;
  private static final int LONGEST = 64;

  public SandboxId {
    if (!isValid(value)) {
      throw new Refusal.Invalid(
          "sandbox_id_invalid", "invalid sandbox id: 1 to 64 characters of a-z and 0-9 expected");
    }
  }

  /// A new id. `random` must be cryptographically strong: ids are guessed at by strangers.
  public static SandboxId next(RandomGenerator random) {
    var id = new StringBuilder("i");
    for (int i = 0; i < RANDOM_LENGTH; i++)
      id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    return new SandboxId(id.toString());
  }

  /// Whether `text` could be a sandbox id at all.
  public static boolean isValid(String text) {
    if (text == null || text.isEmpty() || text.length() > LONGEST) return false;
    return text.chars().allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'));
  }

  /// Accepts the old composite form `<id>-<client>` too; the part before the dash counts.
  public static SandboxId parse(String text) {
    int dash = text == null ? -1 : text.indexOf('-');
    return new SandboxId(dash < 0 ? text : text.substring(0, dash));
  }

  @Override
  public String toString() {
    return value;
  }
}
