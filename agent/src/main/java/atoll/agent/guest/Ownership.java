package atoll.agent.guest;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;

/// Makes things that belong to a user, although the agent is root.
public final class Ownership {
  private Ownership() {}

  public static void give(Path path, User user, LinkOption... options) throws IOException {
    Files.setAttribute(path, "unix:uid", user.uid(), options);
    Files.setAttribute(path, "unix:gid", user.gid(), options);
  }

  /// Makes a directory and its missing parents, each new level 0755 and the user's; existing levels
  /// stay as they are.
  public static void directories(Path directory, User user) throws IOException {
    var missing = new ArrayDeque<Path>();
    for (Path p = directory; p != null && !Files.isDirectory(p); p = p.getParent()) missing.push(p);
    for (Path level : missing) {
      try {
        Files.createDirectory(level);
        Files.setPosixFilePermissions(level, PosixFilePermissions.fromString("rwxr-xr-x"));
        give(level, user);
      } catch (FileAlreadyExistsException e) {
        if (!Files.isDirectory(level)) throw e; // another request made the same level: fine
      }
    }
  }
}
