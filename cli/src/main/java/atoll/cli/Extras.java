package atoll.cli;

import atoll.cli.home.Home;
import atoll.core.json.Json;
import atoll.doctor.Doctor;
import atoll.doctor.Verdict;
import atoll.doctor.report.Baseline;
import atoll.doctor.report.Bundle;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/// What `doctor` does beside its verdict: remembers a healthy look, compares with it, packs a
/// bundle.
final class Extras {
  private Extras() {}

  /// A healthy look becomes what later ones are compared with.
  static void remember(Home home, Doctor.Look look) throws IOException {
    if (look.diagnosis().verdict() == Verdict.HEALTHY && look.evidence().probe() != null)
      new Baseline(home.root()).keep(look.evidence());
  }

  static Json.Obj difference(Home home, Doctor.Look look, Json.Obj json, StringBuilder text)
      throws IOException {
    if (look.evidence() == null) return json;
    var baseline = new Baseline(home.root());
    var found = baseline.difference(look.evidence());
    var members = new LinkedHashMap<>(json.members());
    if (!baseline.known()) {
      members.put("difference", Json.NULL);
      text.append("differs:  unknown, no look at this home was healthy yet\n");
      return new Json.Obj(members);
    }
    members.put("difference", Json.of(found));
    if (found.isEmpty()) text.append("differs in nothing from the last healthy sandbox\n");
    found.forEach(line -> text.append("differs:  ").append(line).append('\n'));
    return new Json.Obj(members);
  }

  static Path bundle(Home home, Path file, Doctor.Look look, Sight seen) throws IOException {
    var secrets = new ArrayList<String>();
    if (seen.token() != null) secrets.add(seen.token());
    secrets.addAll(apiKey(home));
    new Bundle(home.root(), secrets).write(file, look, seen.timeline());
    return file;
  }

  private static List<String> apiKey(Home home) throws IOException {
    try {
      return Files.exists(home.credentials())
          ? List.of(Files.readString(home.credentials()).strip())
          : List.of();
    } catch (AccessDeniedException unreadable) {
      return List.of();
    }
  }
}
