package atoll.doctor.evidence;

import atoll.core.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Finds sandboxes in a journal.
public final class Subjects {
  private static final String TENANCY = "tenancy";
  private static final String RUN = "-[0-9]{1,18}";

  private final JournalFile journal;

  public Subjects(JournalFile journal) {
    this.journal = journal;
  }

  /// All that the journal says are there.
  public List<Subject> live() {
    return journal.open("monitor").stream()
        .filter(m -> name(m).matches("[a-z0-9]+" + RUN))
        .map(m -> subject(m, journal.open(TENANCY), true))
        .toList();
  }

  /// The live one of this id, else the last that ended and is still in the file.
  public Optional<Subject> find(String id) {
    return live().stream()
        .filter(s -> s.id().equals(id))
        .reduce((_, later) -> later)
        .or(() -> halfMade(id))
        .or(() -> ended(id));
  }

  /// One whose start broke off, or is under way, before its monitor was written down.
  private Optional<Subject> halfMade(String id) {
    return journal.open("directory").stream()
        .map(d -> Path.of(d.text("path").orElse("/")))
        .filter(d ->
            d.getFileName() != null && d.getFileName().toString().matches(Pattern.quote(id) + RUN))
        .map(d -> new Subject(id, d.getFileName().toString(), d, 0, 0, slot(d, 0), true))
        .reduce((_, later) -> later);
  }

  private Optional<Subject> ended(String id) {
    return journal.ended("monitor").stream()
        .filter(m -> name(m).matches("[a-z0-9]+" + RUN))
        .map(m -> subject(m, journal.ended(TENANCY), false))
        .filter(s -> s.id().equals(id))
        .reduce((_, later) -> later);
  }

  /// An ended one has no slot: its number may be another's by now.
  ///
  /// A sandbox that has passed its gate has a tenancy, which says its id and slot; before that, the
  /// monitor's name and the owner of its folder do.
  private static Subject subject(Json.Obj monitor, List<Json.Obj> tenancies, boolean live) {
    String name = name(monitor);
    Path directory = Path.of(monitor.text("jail").orElse("/nonexistent"));
    long pid = monitor.whole("pid").orElse(0L);
    Json.Obj tenancy =
        tenancies.stream().filter(t -> name(t).equals(name)).findFirst().orElse(Json.EMPTY);
    return new Subject(
        tenancy.text("sandbox").orElse(name.substring(0, name.lastIndexOf('-'))),
        name,
        directory,
        pid,
        monitor.whole("ticks").orElse(0L),
        live
            ? tenancy.text("anchor").map(Subjects::number).orElseGet(() -> slot(directory, pid))
            : -1,
        live);
  }

  private static int number(String anchor) {
    String digits = anchor.substring(anchor.lastIndexOf('-') + 1);
    return digits.matches("[0-9]{1,9}") ? Integer.parseInt(digits) : -1;
  }

  /// The owner of the folder, else of the process, names the slot.
  private static int slot(Path directory, long pid) {
    for (Path owned : List.of(directory, Path.of("/proc", Long.toString(pid)))) {
      try {
        int uid =
            ((Number) Files.getAttribute(owned, "unix:uid", LinkOption.NOFOLLOW_LINKS)).intValue();
        if (uid >= Expected.FIRST_UID) return uid - Expected.FIRST_UID;
      } catch (IOException gone) {
        continue;
      }
    }
    return -1;
  }

  private static String name(Json.Obj object) {
    return object.text("name").orElse("");
  }
}
