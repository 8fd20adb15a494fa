package atoll.node.ledger;

import atoll.core.json.Json;
import atoll.core.json.JsonException;
import atoll.core.json.JsonReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32C;

/// One line of the journal: eight hexadecimal digits of CRC-32C, a blank, a JSON object, a newline.
///
/// `+` makes or replaces the object with this number, `-` ends it, `#` only says that numbers up to
/// here are used, and in which boot of the host.
record JournalLine(char operation, long number, HostObject object, String boot) {
  static JournalLine open(long number, HostObject object) {
    return new JournalLine('+', number, object, null);
  }

  static JournalLine close(long number) {
    return new JournalLine('-', number, null, null);
  }

  static JournalLine mark(long number, String boot) {
    return new JournalLine('#', number, null, boot);
  }

  String text() {
    Json object = this.object == null ? null : HostObjectCodec.write(this.object);
    String json =
        Json.object("op", String.valueOf(operation), "n", number, "object", object, "boot", boot)
            .toString();
    return checksum(json) + " " + json + "\n";
  }

  /// Empty if the line is torn, damaged or of a kind that this version does not know.
  static Optional<JournalLine> parse(String line) {
    if (line.length() < 10 || line.charAt(8) != ' ') return Optional.empty();
    String json = line.substring(9);
    if (!checksum(json).equals(line.substring(0, 8))) return Optional.empty();
    try {
      return Optional.of(read((Json.Obj) JsonReader.read(json)));
    } catch (JsonException | IllegalArgumentException | ClassCastException notOurs) {
      return Optional.empty();
    }
  }

  private static JournalLine read(Json.Obj json) {
    char operation = json.text("op").orElse("?").charAt(0);
    long number = json.whole("n").orElseThrow(() -> new IllegalArgumentException("no number"));
    HostObject object =
        json.get("object").map(o -> HostObjectCodec.read((Json.Obj) o)).orElse(null);
    if ("+-#".indexOf(operation) < 0 || (operation == '+') != (object != null)) {
      throw new IllegalArgumentException("not a journal line");
    }
    return new JournalLine(operation, number, object, json.text("boot").orElse(null));
  }

  private static String checksum(String json) {
    var crc = new CRC32C();
    crc.update(json.getBytes(StandardCharsets.UTF_8));
    return String.format("%08x", crc.getValue());
  }
}
