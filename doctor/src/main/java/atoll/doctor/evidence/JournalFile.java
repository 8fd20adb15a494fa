package atoll.doctor.evidence;

import atoll.core.json.Json;
import atoll.core.json.JsonException;
import atoll.core.json.JsonReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/// The node's journal, read without its owner: never locked, never written, unknown kinds kept as
/// they are.
///
/// @param open objects that were begun and not ended
/// @param ended objects whose end is still in the file, oldest first
/// @param damaged lines that are torn or whose checksum is wrong
public record JournalFile(List<Json.Obj> open, List<Json.Obj> ended, int damaged) {
  private static final int CHECKSUM_DIGITS = 8;
  private static final long LONGEST = 64L << 20; // far above the rewrite at some hundred KiB

  public JournalFile {
    open = List.copyOf(open);
    ended = List.copyOf(ended);
  }

  public static JournalFile of(Path home) throws IOException {
    Path file = home.resolve("journal/journal");
    if (!Files.exists(file)) return new JournalFile(List.of(), List.of(), 0);
    if (Files.size(file) > LONGEST) throw new IOException(file + " is longer than any journal");
    return parse(Files.readString(file, StandardCharsets.ISO_8859_1));
  }

  static JournalFile parse(String text) {
    Map<Long, Json.Obj> open = new LinkedHashMap<>();
    var ended = new ArrayList<Json.Obj>();
    int damaged = 0;
    for (String raw : text.lines().toList()) {
      String line = new String(raw.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
      Json.Obj json = json(line);
      if (json == null) {
        boolean beingWritten = !text.endsWith("\n") && text.endsWith(raw);
        if (!beingWritten) damaged++;
        continue;
      }
      long number = json.whole("n").orElse(-1L);
      switch (json.text("op").orElse("")) {
        case "+" -> open.put(number, json.object("object"));
        case "-" -> {
          Json.Obj object = open.remove(number);
          if (object != null) ended.add(object);
        }
        default -> {
          continue;
        }
      }
    }
    return new JournalFile(List.copyOf(open.values()), ended, damaged);
  }

  private static Json.Obj json(String line) {
    if (line.length() <= CHECKSUM_DIGITS + 1) return null;
    String body = line.substring(CHECKSUM_DIGITS + 1);
    var crc = new CRC32C();
    crc.update(body.getBytes(StandardCharsets.UTF_8));
    if (!line.substring(0, CHECKSUM_DIGITS).equals(String.format("%08x", crc.getValue())))
      return null;
    try {
      return JsonReader.read(body) instanceof Json.Obj object ? object : null;
    } catch (JsonException damaged) {
      return null;
    }
  }

  public List<Json.Obj> open(String kind) {
    return open.stream().filter(o -> o.text("kind").orElse("").equals(kind)).toList();
  }

  public List<Json.Obj> ended(String kind) {
    return ended.stream().filter(o -> o.text("kind").orElse("").equals(kind)).toList();
  }
}
