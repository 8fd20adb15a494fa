package atoll.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Operators look a reason up in docs/errors.md: each one that the sources give is there.
class ReasonsTest {
  private static final Pattern REASON =
      Pattern.compile(
          "(?:Refusal\\.\\w+|CommandFailure\\.\\w+|new Fault)\\(\\s*(?:\\d+,\\s*)?\"([a-z]\\w*[a-z])\"");

  @Test
  void everyReasonIsDocumented() throws IOException {
    Path root = Path.of("").toAbsolutePath().getParent();
    String page = Files.readString(root.resolve("docs/errors.md"));
    var missing = new TreeMap<String, Path>();
    try (Stream<Path> files =
        Files.find(root, 20, (file, _) -> file.toString().matches(".*/src/main/java/.*\\.java"))) {
      files.forEach(file ->
          REASON
              .matcher(read(file))
              .results()
              .map(found -> found.group(1))
              .filter(reason -> !page.contains("`" + reason + "`"))
              .forEach(reason -> missing.put(reason, root.relativize(file))));
    }
    assertThat(missing).as("reasons that docs/errors.md does not explain").isEmpty();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
