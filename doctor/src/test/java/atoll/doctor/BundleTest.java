package atoll.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import atoll.core.json.Json;
import atoll.doctor.report.Bundle;
import atoll.node.ledger.HostObject;
import atoll.node.ledger.Ledger;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is handed on holds everything that was seen and none of the secrets that were planted in
/// it, in every file, whether they are known or only look like some.
class BundleTest {
  private static final String TOKEN = "tok-Planted-1234567890";
  private static final String API_KEY = "e2b_0123456789abcdef0123456789abcdef01234567";
  private static final List<String> PLANTED =
      List.of(TOKEN, API_KEY, "Planted-Passw0rd", "AKIAPLANTEDPLANTED12", "plantedInUrl");

  @TempDir Path home;
  private final Sample s = new Sample();

  @Test
  void holdsWhatWasSeenAndNoSecret() throws IOException {
    s.console =
        List.of(
            "login: user " + TOKEN,
            "DB_PASSWORD=Planted-Passw0rd",
            "aws AKIAPLANTEDPLANTED12",
            "fetch https://me:plantedInUrl@example.com/x",
            "Kernel panic - not syncing");
    try (var ledger = Ledger.open(home.resolve("journal"))) {
      ledger.open(List.of(new HostObject.Directory(home.resolve("s/" + TOKEN))));
    }
    Path file = home.resolve("bundle.zip");
    var look = new Doctor.Look(s.diagnosis(), s.evidence());
    Json.Obj timeline = Json.object("stages", 3, "X-API-Key", API_KEY);
    new Bundle(home, List.of(TOKEN, API_KEY)).write(file, look, timeline);
    Map<String, String> files = unzip(file);
    assertThat(files)
        .containsOnlyKeys(
            "verdict.json",
            "verdict.txt",
            "timeline.json",
            "ledger.txt",
            "console.txt",
            "traits.json",
            "evidence.txt");
    files.forEach((name, text) -> assertThat(text).as(name).doesNotContain(PLANTED));
    assertThat(files.get("console.txt")).contains("Kernel panic - not syncing", "login: user");
    assertThat(files.get("verdict.json")).contains("\"verdict\"");
    assertThat(files.get("ledger.txt")).contains("directory");
    assertThat(files.get("evidence.txt")).contains("tap0");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThatThrownBy(() -> new Bundle(home, List.of()).write(file, look, timeline))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  private static Map<String, String> unzip(Path file) throws IOException {
    var files = new java.util.LinkedHashMap<String, String>();
    try (var zip = new ZipFile(file.toFile())) {
      for (var entry : zip.stream().toList())
        files.put(
            entry.getName(),
            new String(zip.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8));
    }
    return files;
  }
}
