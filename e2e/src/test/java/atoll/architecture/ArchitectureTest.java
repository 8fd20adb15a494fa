package atoll.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Holds the compiled classes of all modules against `architecture.txt`.
class ArchitectureTest {
  private static final Architecture RULES = Architecture.read();
  private static final Map<String, List<ClassReferences>> MODULES = new TreeMap<>();

  @BeforeAll
  static void readClasses() throws IOException {
    Path root = Path.of("").toAbsolutePath().getParent();
    for (String module : RULES.edges().keySet()) {
      MODULES.put(module, classesBelow(root.resolve(module).resolve("target/classes")));
    }
  }

  private static List<ClassReferences> classesBelow(Path directory) throws IOException {
    assertThat(directory).as("compiled classes; build the whole project first").isDirectory();
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(f -> f.toString().endsWith(".class") && !f.endsWith("module-info.class"))
          .map(ArchitectureTest::read)
          .toList();
    }
  }

  private static ClassReferences read(Path file) {
    try {
      return ClassReferences.read(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void everyModuleKeepsToItsPackageRoot() {
    MODULES.forEach((module, classes) ->
        assertThat(classes)
            .as(module)
            .isNotEmpty()
            .allMatch(c -> (c.name() + ".").startsWith("atoll." + module + ".")));
  }

  @Test
  void modulesUseOnlyWhatTheyMay() {
    var broken = new TreeSet<String>();
    MODULES.forEach((module, classes) -> {
      for (ClassReferences c : classes) {
        for (String used : c.packages()) {
          String other = moduleOf(used);
          boolean allowed =
              other.isEmpty() || other.equals(module) || RULES.edges().get(module).contains(other);
          if (!allowed) broken.add(c.name() + " uses " + used);
        }
      }
    });
    assertThat(broken).as("dependencies that architecture.txt does not allow").isEmpty();
  }

  @Test
  void someOfTheOutsideIsForOnePackageAlone() {
    var broken = new TreeSet<String>();
    for (ClassReferences c : all()) {
      RULES
          .confined()
          .forEach((outside, owner) -> {
            boolean uses = c.packages().stream().anyMatch(p -> isBelow(p, outside));
            if (uses && !isBelow(c.packageName(), owner)) {
              broken.add(c.name() + " uses " + outside + ", which only " + owner + " may");
            }
          });
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void packagesFormNoCycle() {
    var edges = new TreeMap<String, Set<String>>();
    for (ClassReferences c : all()) {
      Set<String> used = edges.computeIfAbsent(c.packageName(), _ -> new TreeSet<>());
      c.packages().stream().filter(p -> isBelow(p, "atoll")).forEach(used::add);
      used.remove(c.packageName());
    }
    var cycles = new TreeSet<String>();
    var finished = new TreeSet<String>();
    for (String start : edges.keySet())
      follow(start, new LinkedHashSet<>(), edges, finished, cycles);
    assertThat(cycles).isEmpty();
  }

  /// Depth first; a package met again on the way down closes a cycle.
  private static void follow(
      String at,
      LinkedHashSet<String> way,
      Map<String, Set<String>> edges,
      Set<String> finished,
      Set<String> cycles) {
    if (!way.add(at)) {
      var path = new ArrayList<>(way);
      cycles.add(String.join(" > ", path.subList(path.indexOf(at), path.size())) + " > " + at);
      return;
    }
    if (!finished.contains(at)) {
      for (String next : edges.getOrDefault(at, Set.of()))
        follow(next, way, edges, finished, cycles);
      finished.add(at);
    }
    way.remove(at);
  }

  private static List<ClassReferences> all() {
    return MODULES.values().stream().flatMap(List::stream).toList();
  }

  private static String moduleOf(String packageName) {
    if (!isBelow(packageName, "atoll")) return "";
    return packageName.split("\\.", -1)[1];
  }

  private static boolean isBelow(String packageName, String parent) {
    return packageName.equals(parent) || packageName.startsWith(parent + ".");
  }
}
