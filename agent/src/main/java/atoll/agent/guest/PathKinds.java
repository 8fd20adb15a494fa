package atoll.agent.guest;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/// Questions about paths that the JDK's exceptions leave open.
public final class PathKinds {
  private PathKinds() {}

  /// Whether a part of the path before the last one is a file: the kernel's ENOTDIR, which the JDK
  /// reports as missing.
  public static boolean isBelowFile(Path path) {
    for (Path p = path.getParent(); p != null; p = p.getParent()) {
      if (Files.exists(p, LinkOption.NOFOLLOW_LINKS))
        return Files.exists(p) && !Files.isDirectory(p);
    }
    return false;
  }
}
