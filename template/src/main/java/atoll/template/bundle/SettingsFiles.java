package atoll.template.bundle;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The runtime's own settings, without their comments.
///
/// `java.security` is 70 KiB of which 3 are settings. The agent's first socket makes the runtime
/// read it, in code that is not compiled yet: a tenth of the time until the first answer.
final class SettingsFiles {
  private static final List<String> NAMES =
      List.of("conf/security/java.security", "conf/net.properties");

  private SettingsFiles() {}

  static void shorten(Path folder) throws IOException {
    for (String name : NAMES) {
      Path file = folder.resolve(name);
      if (Files.exists(file))
        Files.writeString(
            file,
            settings(Files.readString(file, StandardCharsets.ISO_8859_1)),
            StandardCharsets.ISO_8859_1);
    }
  }

  /// A line that goes on from the one before is part of a setting, whatever it begins with.
  ///
  /// Source: `java.util.Properties#load(java.io.Reader)`.
  static String settings(String text) {
    var kept = new ArrayList<String>();
    boolean goesOn = false;
    for (String line : text.lines().toList()) {
      String start = line.stripLeading();
      boolean comment = start.isEmpty() || start.startsWith("#") || start.startsWith("!");
      if (comment && !goesOn) continue;
      kept.add(line);
      goesOn = goesOn(line);
    }
    return String.join("\n", kept) + "\n";
  }

  /// An odd number of backslashes at its end.
  private static boolean goesOn(String line) {
    int at = line.length();
    while (at > 0 && line.charAt(at - 1) == '\\') at--;
    return (line.length() - at) % 2 == 1;
  }
}
