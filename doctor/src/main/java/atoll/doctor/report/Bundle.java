package atoll.doctor.report;

import atoll.core.json.Json;
import atoll.doctor.Doctor;
import atoll.doctor.evidence.Evidence;
import atoll.doctor.evidence.JournalFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Everything that was seen of one sandbox, without secrets, in one file to hand on: verdict,
/// evidence, the console's end, the journal's objects, the timeline of its start.
public final class Bundle {
  private final Path home;
  private final Redaction redaction;

  /// @param secrets known by value; what looks like one goes too
  public Bundle(Path home, List<String> secrets) {
    this.home = home;
    this.redaction = new Redaction(secrets);
  }

  /// Makes a new file, for its owner alone; refuses to write over one.
  public void write(Path file, Doctor.Look look, Json.Obj timeline) throws IOException {
    var mine = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    Files.createFile(file, mine);
    try (var zip = new ZipOutputStream(Files.newOutputStream(file, StandardOpenOption.WRITE))) {
      put(zip, "verdict.json", look.diagnosis().json().toString());
      put(zip, "verdict.txt", new Drawing(false).of(look.diagnosis(), true));
      put(zip, "timeline.json", timeline.toString());
      put(zip, "ledger.txt", ledger());
      if (look.evidence() != null) evidence(zip, look.evidence());
    }
  }

  private void evidence(ZipOutputStream zip, Evidence e) throws IOException {
    put(zip, "console.txt", String.join("\n", e.console()));
    put(zip, "traits.json", Json.of(Traits.of(e)).toString());
    put(
        zip,
        "evidence.txt",
        String.join(
            "\n\n",
            "subject: " + e.subject(),
            "host: " + e.host(),
            "slot: " + e.slot(),
            "monitor: " + e.monitor(),
            "group: " + e.group(),
            "disk: " + e.disk(),
            "probe: " + e.probe(),
            "guest: " + e.guest(),
            "ending: " + e.ending(),
            "not read: " + e.unread()));
  }

  private String ledger() throws IOException {
    JournalFile journal = JournalFile.of(home);
    var out = new StringBuilder();
    journal.open().forEach(o -> out.append("open  ").append(o).append('\n'));
    journal.ended().forEach(o -> out.append("ended ").append(o).append('\n'));
    return out.append(journal.damaged()).append(" damaged lines\n").toString();
  }

  private void put(ZipOutputStream zip, String name, String text) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(redaction.of(text).getBytes(StandardCharsets.UTF_8));
    zip.closeEntry();
  }
}
