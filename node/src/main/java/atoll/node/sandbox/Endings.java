package atoll.node.sandbox;

import atoll.core.SandboxId;
import atoll.core.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;

/// How sandboxes ended that nobody ended, and why starts failed: the first cause, written down
/// before the clean-up leaves only effects. `atoll doctor` reads it.
///
/// - **Shape** one JSON object a line in `endings`; at 256 KiB that becomes `endings.1` and begins
///   anew. At most 40 console lines of 400 characters each.
/// - **Fails** quietly: a full disk must not keep a sandbox from being cleaned up.
/// - **Threads** safe anywhere.
final class Endings {
  private static final System.Logger LOG = System.getLogger(Endings.class.getName());
  private static final long SEGMENT_BYTES = 256 << 10;
  private static final int MOST_LINES = 40;
  private static final int LONGEST_LINE = 400;
  private static final int LONGEST_MESSAGE = 2000;

  private final Path file;

  Endings(Path home) {
    this.file = home.resolve("endings");
  }

  synchronized void write(SandboxId id, String reason, String message, List<String> console) {
    List<String> tail = console.subList(Math.max(0, console.size() - MOST_LINES), console.size());
    String line =
        Json.object(
                "id", id.value(),
                "at", Instant.now().toString(),
                "reason", reason,
                "message", cut(message, LONGEST_MESSAGE),
                "console", tail.stream().map(l -> cut(l, LONGEST_LINE)).toList())
            + "\n";
    try {
      roll();
      Files.write(
          file,
          line.getBytes(StandardCharsets.UTF_8),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "the end of " + id + " was not written down", e);
    }
  }

  private void roll() throws IOException {
    try {
      if (Files.size(file) < SEGMENT_BYTES) return;
    } catch (NoSuchFileException first) {
      return;
    }
    Files.move(file, file.resolveSibling("endings.1"), StandardCopyOption.REPLACE_EXISTING);
  }

  private static String cut(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most);
  }
}
