package atoll.protocol.network;

import atoll.core.Refusal;
import java.util.regex.Pattern;

/// What a shared network is called: two owners may use the same name for two networks, and nobody
/// can name another's.
///
/// @param owner `[A-Za-z0-9-]`, at most 64 characters
/// @param name `[a-z0-9-]`, at most 32 characters, no hyphen at either end
public record NetworkName(String owner, String name) {
  private static final Pattern OWNER = Pattern.compile("[A-Za-z0-9-]{1,64}");
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?");

  /// @throws Refusal.Invalid for a name that is none
  public NetworkName {
    if (!OWNER.matcher(owner).matches())
      throw new IllegalArgumentException("no owner of networks: " + owner);
    if (!NAME.matcher(name).matches())
      throw new Refusal.Invalid(
          "network_name_invalid",
          "a network's name has 1 to 32 characters of a-z, 0-9 and -, and no - at either end");
  }

  @Override
  public String toString() {
    return name;
  }
}
