package atoll.doctor.evidence;

import atoll.core.json.Json;
import atoll.core.json.JsonException;
import atoll.core.json.JsonReader;
import java.nio.file.Path;
import java.util.List;

/// Finds how a sandbox ended in what its node wrote down: one JSON object a line, the last counts.
final class EndingReader {
  private final Reading reading;
  private final Path home;

  EndingReader(Reading reading, Path home) {
    this.reading = reading;
    this.home = home;
  }

  /// Null if nothing is known of it.
  Ending of(String id) {
    Ending found = null;
    for (String name : List.of("endings.1", "endings")) {
      for (String line : reading.text(home.resolve(name)).orElse("").lines().toList()) {
        Ending ending = parse(line, id);
        if (ending != null) found = ending;
      }
    }
    return found;
  }

  private static Ending parse(String line, String id) {
    try {
      if (!(JsonReader.read(line) instanceof Json.Obj o)) return null;
      if (!o.text("id").orElse("").equals(id)) return null;
      List<String> console =
          o.items("console").stream()
              .filter(l -> l instanceof Json.Text)
              .map(l -> ((Json.Text) l).value())
              .toList();
      return new Ending(
          o.text("at").orElse(""),
          o.text("reason").orElse(""),
          o.text("message").orElse(""),
          console);
    } catch (JsonException torn) {
      return null;
    }
  }
}
