package atoll.agent.files;

import atoll.agent.guest.GuestPaths;
import atoll.agent.guest.GuestState;
import atoll.agent.guest.User;
import atoll.agent.guest.Users;
import atoll.agent.http.Query;
import atoll.agent.http.Request;
import atoll.agent.http.Response;
import java.io.IOException;

/// A request to `/files` that was let in: who asks, and for which path.
///
/// @param path as sent, not expanded; null if absent
record FileRequest(User user, String path, String defaultWorkdir) {
  private static final int LONGEST_NUMBER = 19;

  /// Null when the request was refused; the answer is then sent.
  static FileRequest admit(GuestState state, Users users, Request request, Response response)
      throws IOException {
    var query = new Query(request.query());
    Long expiration;
    try {
      expiration = bind(query);
    } catch (IllegalArgumentException e) {
      response.plain(400, e.getMessage());
      return null;
    }
    String refusal = Signature.refusal(state, request, query, expiration);
    if (refusal != null) {
      response.error(401, refusal);
      return null;
    }
    String name = query.get("username") == null ? state.defaultUser() : query.get("username");
    User user = users.find(name);
    if (user == null) {
      response.error(401, "error looking up user '" + name + "': user: unknown user " + name);
      return null;
    }
    return new FileRequest(user, query.get("path"), state.defaultWorkdir());
  }

  private static Long bind(Query query) {
    for (String name : new String[] {"path", "username", "signature", "signature_expiration"}) {
      if (query.repeated(name))
        throw new IllegalArgumentException(
            "Invalid format for parameter " + name + ": given twice");
    }
    String text = query.get("signature_expiration");
    if (text == null) return null;
    try {
      if (text.length() > LONGEST_NUMBER) throw new NumberFormatException("too long");
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "Invalid format for parameter signature_expiration: not a number", e);
    }
  }

  /// The path in the guest; throws [IllegalArgumentException] with words for the caller.
  String resolve(String sent) {
    try {
      return GuestPaths.resolve(sent == null ? "" : sent, user, defaultWorkdir);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "failed to expand path '" + sent + "' for user '" + user.name() + "': " + e.getMessage(),
          e);
    }
  }
}
