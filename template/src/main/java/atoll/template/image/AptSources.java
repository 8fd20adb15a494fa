package atoll.template.image;

import atoll.core.Deadline;
import atoll.core.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Where the host itself gets its distribution's packages: guests are made from the same place, of
/// the same release.
///
/// Third parties' sources on the host are left out.
///
/// @param suite such as `bookworm`
/// @param lines one-line entries as in `sources.list`
record AptSources(String suite, List<String> lines) {
  private static final String FORMAT = "$(ORIGIN)|$(CODENAME)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)";

  static AptSources ofHost(Deadline deadline) throws IOException {
    Map<String, String> release = osRelease(Path.of("/etc/os-release"));
    List<String> targets =
        new Tool("apt-get", "apt")
            .run(
                Path.of("/"),
                deadline,
                List.of("indextargets", "--format", FORMAT, "Identifier: Packages"));
    return of(
        release.getOrDefault("VERSION_CODENAME", ""), release.getOrDefault("ID", ""), targets);
  }

  /// `targets` as apt prints them in the form that [#ofHost] asks for.
  static AptSources of(String suite, String distribution, List<String> targets) {
    var components = new LinkedHashMap<String, List<String>>();
    for (String target : targets) {
      String[] parts = target.split("\\|", -1);
      if (parts.length != 5 || !parts[0].equalsIgnoreCase(distribution)) continue;
      if (!parts[3].equals(suite) && !parts[3].startsWith(suite + "-")) continue;
      components.computeIfAbsent(parts[2] + " " + parts[3], key -> new ArrayList<>()).add(parts[4]);
    }
    if (suite.isEmpty() || components.isEmpty()) {
      throw new Refusal.Failed(
          "package_sources_unknown",
          "apt has no index of the host's own distribution (" + distribution + " " + suite + ")",
          "run apt-get update",
          null,
          null);
    }
    List<String> lines =
        components.entrySet().stream()
            .map(entry ->
                "deb "
                    + entry.getKey()
                    + " "
                    + String.join(" ", entry.getValue().stream().distinct().toList()))
            .toList();
    return new AptSources(suite, lines);
  }

  private static Map<String, String> osRelease(Path file) throws IOException {
    var values = new LinkedHashMap<String, String>();
    for (String line : Files.readAllLines(file)) {
      int equals = line.indexOf('=');
      if (equals > 0)
        values.put(line.substring(0, equals), line.substring(equals + 1).replace("\"", ""));
    }
    return values;
  }
}
