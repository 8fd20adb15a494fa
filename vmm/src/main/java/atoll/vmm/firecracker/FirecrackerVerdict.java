package atoll.vmm.firecracker;

import atoll.core.json.Json;
import atoll.core.json.JsonException;
import atoll.core.json.JsonReader;
import atoll.core.json.JsonWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/// Whether Firecracker's guests run on this host, and what was seen, in words for people.
///
/// @param key what it was found out about; a verdict about anything else is not used
public record FirecrackerVerdict(boolean works, String reason, String evidence, String key) {
  /// A remembered verdict takes less than 2 KiB; more is not ours.
  private static final int LONGEST = 16 << 10;

  /// The verdict that was remembered for this key. A file that cannot be understood counts as none.
  static Optional<FirecrackerVerdict> recall(Path file, String key) throws IOException {
    if (!Files.isRegularFile(file) || Files.size(file) > LONGEST) return Optional.empty();
    try {
      Json.Obj stored = JsonReader.readObject(Files.readAllBytes(file));
      if (!stored.text("key").equals(Optional.of(key))) return Optional.empty();
      return stored
          .bool("works")
          .map(works ->
              new FirecrackerVerdict(
                  works,
                  stored.text("reason").orElse(""),
                  stored.text("evidence").orElse(""),
                  key));
    } catch (JsonException e) {
      return Optional.empty();
    }
  }

  void remember(Path file) throws IOException {
    var json = Json.object("works", works, "reason", reason, "evidence", evidence, "key", key);
    Path part = file.resolveSibling(file.getFileName() + ".part");
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(part, (JsonWriter.pretty(json) + "\n").getBytes(StandardCharsets.UTF_8));
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
