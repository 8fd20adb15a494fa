package atoll.vmm.qemu;

import atoll.core.json.Json;
import atoll.core.json.JsonException;
import atoll.core.json.JsonReader;
import atoll.core.json.JsonWriter;
import atoll.vmm.Accelerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;

/// Which accelerator this host gets, and why, in words for people.
///
/// @param key what it was found out about: kernel, QEMU, device; a verdict about anything else is
///   not used
/// @param evidence what was seen
/// @param patience how long a small guest may take on this host before it counts as standing still
public record AcceleratorVerdict(
    Accelerator accelerator, String reason, String evidence, Duration patience, String key) {
  /// A remembered verdict takes less than 2 KiB; more is not ours.
  private static final int LONGEST = 16 << 10;

  /// The verdict that was remembered for this key. A file that cannot be understood counts as none.
  static Optional<AcceleratorVerdict> recall(Path file, String key) throws IOException {
    if (!Files.isRegularFile(file) || Files.size(file) > LONGEST) return Optional.empty();
    try {
      Json.Obj stored = JsonReader.readObject(Files.readAllBytes(file));
      if (!stored.text("key").equals(Optional.of(key))) return Optional.empty();
      return stored
          .text("accelerator")
          .flatMap(AcceleratorVerdict::named)
          .map(found -> of(found, stored, key));
    } catch (JsonException e) {
      return Optional.empty();
    }
  }

  private static AcceleratorVerdict of(Accelerator accelerator, Json.Obj stored, String key) {
    return new AcceleratorVerdict(
        accelerator,
        stored.text("reason").orElse(""),
        stored.text("evidence").orElse(""),
        Duration.ofMillis(stored.whole("patienceMs").orElse(0L)),
        key);
  }

  private static Optional<Accelerator> named(String label) {
    for (Accelerator a : Accelerator.values()) if (a.label().equals(label)) return Optional.of(a);
    return Optional.empty();
  }

  void remember(Path file) throws IOException {
    var text =
        JsonWriter.pretty(
            Json.object(
                "accelerator",
                accelerator.label(),
                "reason",
                reason,
                "evidence",
                evidence,
                "patienceMs",
                patience.toMillis(),
                "key",
                key));
    Path part = file.resolveSibling(file.getFileName() + ".part");
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(part, (text + "\n").getBytes(StandardCharsets.UTF_8));
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
