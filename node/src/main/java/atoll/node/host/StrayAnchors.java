package atoll.node.host;

import atoll.linux.net.Netns;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Anchors that were claimed by a node which died before it could journal or bind them.
///
/// An empty file to which nothing is bound, a minute after it was made, is nobody's: binding
/// follows claiming within milliseconds, whichever home on this host did it.
public final class StrayAnchors {
  private static final Duration SURELY_ABANDONED = Duration.ofMinutes(1);

  private StrayAnchors() {}

  /// Removes them; returns their paths.
  public static List<String> sweep(Path directory, Instant now) throws IOException {
    var removed = new ArrayList<String>();
    if (!Files.isDirectory(directory)) return removed;
    try (var anchors = Files.newDirectoryStream(directory, "atoll-*")) {
      for (Path anchor : anchors)
        if (isStray(anchor, now) && Files.deleteIfExists(anchor))
          removed.add("unused anchor " + anchor);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return removed;
  }

  private static boolean isStray(Path anchor, Instant now) throws IOException {
    try {
      if (Netns.isBound(anchor) || !Files.isRegularFile(anchor) || Files.size(anchor) > 0)
        return false;
      return Files.getLastModifiedTime(anchor).toInstant().isBefore(now.minus(SURELY_ABANDONED));
    } catch (NoSuchFileException gone) {
      return false;
    }
  }
}
