package atoll.control.http;

import atoll.control.store.SandboxQuery.Position;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;

/// Where a list goes on: time and id of the last row, and the order it was listed in. Opaque to
/// clients.
final class PageToken {
  private static final String GAP = "__";
  private static final int LONGEST = 256;

  private PageToken() {}

  static String write(Position last, boolean ascending) {
    String text = last.startedAt() + GAP + last.id() + (ascending ? GAP + "asc" : "");
    return Base64.getUrlEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  static Position read(String token, boolean ascending) {
    if (token.length() > LONGEST) throw bad("is not one of ours");
    try {
      String[] parts =
          new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8).split(GAP, -1);
      boolean wasAscending = parts.length == 3;
      if (!isOurs(parts)) throw bad("is not one of ours");
      if (wasAscending != ascending) throw bad("belongs to a list in the other order");
      return new Position(Parameters.storable("nextToken", Instant.parse(parts[0])), parts[1]);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw bad("is not one of ours");
    }
  }

  private static boolean isOurs(String[] parts) {
    if (parts.length < 2 || parts.length > 3 || !parts[1].matches("[a-z0-9]{1,64}")) return false;
    return parts.length == 2 || parts[2].equals("asc");
  }

  private static RuntimeException bad(String problem) {
    return Fields.invalid("nextToken", problem);
  }
}
