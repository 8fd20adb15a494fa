package atoll.cli.home;

import atoll.core.json.Json;
import atoll.core.json.JsonException;
import atoll.core.json.JsonReader;
import atoll.core.json.JsonWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;

/// One running Atoll as it describes itself in `run/atoll.json`. Soft state: the process itself is
/// the truth.
///
/// @param startTicks start time of the process in clock ticks since boot, proc(5) field 22: a
///   reused pid has another
/// @param apiUrl the control API
/// @param sandboxUrl the edge
public record Instance(
    long pid, long startTicks, Instant startedAt, String apiUrl, String sandboxUrl) {
  private static final int LONGEST = 64 * 1024;

  /// What the file says, if the process it names still lives.
  public static Optional<Instance> running(Home home) throws IOException {
    return read(home).filter(Instance::alive);
  }

  static Optional<Instance> read(Home home) throws IOException {
    try {
      if (Files.size(home.instance()) > LONGEST) return Optional.empty();
      return Optional.of(parse(JsonReader.readObject(Files.readAllBytes(home.instance()))));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (JsonException
        | java.util.NoSuchElementException
        | java.time.format.DateTimeParseException e) {
      throw new IOException(
          home.instance() + " is damaged (" + e.getMessage() + "); remove it if nothing runs", e);
    }
  }

  /// Readers see the old text or the new one, never a part.
  public void write(Home home) throws IOException {
    Files.createDirectories(home.instance().getParent());
    Path part = Files.createTempFile(home.instance().getParent(), "atoll", ".part");
    Files.writeString(part, JsonWriter.write(json()) + "\n");
    Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rw-r--r--"));
    Files.move(
        part, home.instance(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  public boolean alive() {
    return Processes.alive(pid, startTicks);
  }

  public Json.Obj json() {
    return Json.object(
        "pid",
        pid,
        "startTicks",
        startTicks,
        "startedAt",
        startedAt.toString(),
        "apiUrl",
        apiUrl,
        "sandboxUrl",
        sandboxUrl);
  }

  private static Instance parse(Json.Obj o) {
    return new Instance(
        o.whole("pid").orElseThrow(),
        o.whole("startTicks").orElseThrow(),
        Instant.parse(o.text("startedAt").orElseThrow()),
        o.text("apiUrl").orElseThrow(),
        o.text("sandboxUrl").orElseThrow());
  }
}
