package atoll.agent.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Tells named pipes, whose opening would wait for whoever has the other end, for ever perhaps.
final class Pipes {
  private static final int TYPE_MASK = 0170000;
  private static final int PIPE = 0010000;

  private Pipes() {}

  /// Follows links; false if nothing is there.
  static boolean is(Path path) {
    try {
      return ((Integer) Files.getAttribute(path, "unix:mode") & TYPE_MASK) == PIPE;
    } catch (IOException missing) {
      return false;
    }
  }
}
