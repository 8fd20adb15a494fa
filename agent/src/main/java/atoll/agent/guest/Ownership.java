package atoll.agent.guest;

import atoll.linux.kernel.Chown;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;

/// Makes things that belong to a user, although the agent is root.
public final class Ownership {
  private static final FileAttribute<?> FOR_ALL_TO_READ =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x"));

  private Ownership() {}

  public static void give(Path path, User user) throws IOException {
    Chown.give(path, user.uid(), user.gid());
  }

  /// Makes a directory and its missing parents, each new level 0755 and the user's; existing levels
  /// stay as they are.
  public static void directories(Path directory, User user) throws IOException {
    var missing = new ArrayDeque<Path>();
    for (Path p = directory; p != null && !Files.isDirectory(p); p = p.getParent()) missing.push(p);
    for (Path level : missing) {
      try {
        Files.createDirectory(level, FOR_ALL_TO_READ);
        // Whoever may write to its parent may have put a link in its place: that is not followed.
        Chown.giveLink(level, user.uid(), user.gid());
      } catch (FileAlreadyExistsException e) {
        if (!Files.isDirectory(level)) throw e; // another request made the same level: fine
      }
    }
  }
}
