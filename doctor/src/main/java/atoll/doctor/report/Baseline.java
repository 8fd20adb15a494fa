package atoll.doctor.report;

import atoll.core.json.Json;
import atoll.core.json.JsonReader;
import atoll.doctor.evidence.Evidence;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// How the last healthy sandbox of a home looked: what a sick one is compared with.
public final class Baseline {
  private final Path file;

  public Baseline(Path home) {
    this.file = home.resolve("run/healthy.json");
  }

  /// Replaces what was kept before, in one step. Kept for root alone; others keep nothing.
  public void keep(Evidence healthy) throws IOException {
    if (!Files.isDirectory(file.getParent())) return;
    try {
      Path fresh = Files.createTempFile(file.getParent(), "healthy", ".new");
      Files.writeString(fresh, Json.of(Traits.of(healthy)).toString());
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AccessDeniedException notOurs) {
      System.getLogger(Baseline.class.getName())
          .log(System.Logger.Level.DEBUG, "not kept", notOurs);
    }
  }

  /// Whether there is a healthy look to compare with.
  public boolean known() {
    return Files.isReadable(file);
  }

  /// Only what differs, one trait a line; empty without a healthy one to compare with.
  public List<String> difference(Evidence now) throws IOException {
    if (!known()) return List.of();
    if (!(JsonReader.read(Files.readString(file)) instanceof Json.Obj then)) return List.of();
    Map<String, String> traits = Traits.of(now);
    var names = new TreeSet<>(traits.keySet());
    names.addAll(then.members().keySet());
    var found = new ArrayList<String>();
    for (String name : names) {
      String before = then.text(name).orElse("nothing");
      String after = traits.getOrDefault(name, "nothing");
      if (!before.equals(after)) found.add(name + ": " + after + ", healthy: " + before);
    }
    return found;
  }
}
