package atoll.agent;

import atoll.agent.http.Request;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// The user that a request names by the Basic scheme; passwords are not looked at.
final class BasicAuth {
  private static final String SCHEME = "basic ";

  private BasicAuth() {}

  /// The name, which may be empty; null if there is no such header or it does not decode.
  static String user(Request request) {
    String value = request.header("Authorization");
    if (value == null || !value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) return null;
    try {
      byte[] decoded = Base64.getDecoder().decode(value.substring(SCHEME.length()));
      var text = new String(decoded, StandardCharsets.UTF_8);
      int colon = text.indexOf(':');
      return colon < 0 ? null : text.substring(0, colon);
    } catch (IllegalArgumentException notBase64) {
      return null;
    }
  }
}
