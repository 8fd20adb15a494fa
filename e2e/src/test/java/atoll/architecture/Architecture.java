package atoll.architecture;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The rules of `architecture.txt`.
///
/// @param edges for each module, the modules it may use
/// @param confined for each package from outside, the one package of ours that may use it
record Architecture(Map<String, Set<String>> edges, Map<String, String> confined) {
  static Architecture read() {
    var edges = new TreeMap<String, Set<String>>();
    var confined = new TreeMap<String, String>();
    for (String line : lines()) {
      if (line.contains("<")) {
        String[] sides = line.split("<", 2);
        confined.put(sides[0].strip(), sides[1].strip());
      } else {
        String[] sides = line.split(":", 2);
        String allowed = sides[1].strip();
        edges.put(
            sides[0].strip(), allowed.isEmpty() ? Set.of() : Set.of(allowed.split("\\s+", -1)));
      }
    }
    return new Architecture(edges, confined);
  }

  private static List<String> lines() {
    var file = Architecture.class.getResourceAsStream("/architecture.txt");
    try (var reader = new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
      return reader
          .lines()
          .map(String::strip)
          .filter(l -> !l.isEmpty() && !l.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
