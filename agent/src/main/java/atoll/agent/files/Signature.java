package atoll.agent.files;

import atoll.agent.guest.GuestState;
import atoll.agent.guest.Secrets;
import atoll.agent.http.Query;
import atoll.agent.http.Request;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/// Pre-signed file URLs: a hash over path, operation, user, token and perhaps an expiry.
final class Signature {
  private Signature() {}

  /// Why the request may not go on, or null. An access token in a header alone decides if it is
  /// there.
  static String refusal(GuestState state, Request request, Query query, Long expiration) {
    String token = state.token();
    if (token == null) return null;
    String shown = request.header("X-Access-Token");
    if (shown != null && !shown.isEmpty()) {
      return state.admits(shown) ? null : "access token present in header but does not match";
    }
    String signature = query.get("signature");
    if (signature == null) return "missing signature query parameter";
    String operation = request.method().equals("GET") ? "read" : "write";
    String wanted =
        of(text(query.get("path")), operation, text(query.get("username")), token, expiration);
    if (!Secrets.same(wanted, signature)) return "invalid signature";
    if (expiration != null && expiration < System.currentTimeMillis() / 1000)
      return "signature is already expired";
    return null;
  }

  static String of(String path, String operation, String user, String token, Long expiration) {
    String text = path + ":" + operation + ":" + user + ":" + token;
    if (expiration != null) text += ":" + expiration;
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes(text));
      return "v1_" + Base64.getEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  private static String text(String value) {
    return value == null ? "" : value;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
