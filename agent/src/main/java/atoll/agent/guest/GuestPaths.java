package atoll.agent.guest;

import java.nio.file.Path;

/// How a path in a request becomes a path in the guest: `~`, the default directory, the user's
/// home.
public final class GuestPaths {
  private GuestPaths() {}

  /// Absolute paths stay as sent; an empty one is the default directory if there is one.
  ///
  /// @throws IllegalArgumentException for `~name`, with the words for the caller
  public static String resolve(String path, User user, String defaultWorkdir) {
    if (path.isEmpty()) {
      if (defaultWorkdir.isEmpty()) return user.home();
      return resolve(defaultWorkdir, user, "");
    }
    if (path.equals("~")) return user.home();
    if (path.startsWith("~/")) return clean(user.home() + "/" + path.substring(2));
    if (path.startsWith("~"))
      throw new IllegalArgumentException("cannot expand user-specific home dir");
    if (path.startsWith("/")) return path;
    return clean(user.home() + "/" + path);
  }

  private static String clean(String path) {
    return path.indexOf('\0') >= 0 ? path : Path.of(path).normalize().toString();
  }
}
