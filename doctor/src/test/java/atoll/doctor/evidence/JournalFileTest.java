package atoll.doctor.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.node.ledger.HostObject;
import atoll.node.ledger.Ledger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The node writes the journal, the doctor reads it with code of its own: both must agree.
class JournalFileTest {
  @TempDir Path home;

  @Test
  void readsWhatTheNodesLedgerWrites() throws IOException {
    try (var ledger = Ledger.open(home.resolve("journal"))) {
      ledger.open(List.of(new HostObject.Monitor("iabc-7", home.resolve("s/iabc-7"), 4711, 99)));
      var gone = new HostObject.Monitor("ixyz-8", home.resolve("s/ixyz-8"), 4712, 100);
      Ledger.Entry entry = ledger.open(List.of(gone)).getFirst();
      ledger.close(entry);
      JournalFile journal = JournalFile.of(home);
      assertThat(journal.damaged()).isZero();
      assertThat(journal.open("monitor"))
          .extracting(o -> o.text("name").orElse(""))
          .containsExactly("iabc-7");
      assertThat(journal.ended("monitor"))
          .extracting(o -> o.text("name").orElse(""))
          .containsExactly("ixyz-8");
      Subject live = new Subjects(journal).find("iabc").orElseThrow();
      assertThat(live.pid()).isEqualTo(4711);
      assertThat(live.startTicks()).isEqualTo(99);
      assertThat(live.live()).isTrue();
      assertThat(new Subjects(journal).find("ixyz").orElseThrow().live()).isFalse();
      assertThat(new Subjects(journal).find("iab")).isEmpty();
    }
  }

  /// Its start broke off before a monitor was written down: it is known all the same.
  @Test
  void aHalfMadeSandboxIsFoundByItsFolder() throws IOException {
    try (var ledger = Ledger.open(home.resolve("journal"))) {
      ledger.open(List.of(new HostObject.Directory(home.resolve("s/ihalf-3"))));
      var subjects = new Subjects(JournalFile.of(home));
      Subject half = subjects.find("ihalf").orElseThrow();
      assertThat(half.run()).isEqualTo("ihalf-3");
      assertThat(half.pid()).isZero();
      assertThat(half.live()).isTrue();
      assertThat(subjects.find("i.*")).as("an id is no pattern").isEmpty();
    }
  }

  @Test
  void damagedLinesAreCountedAndAHalfLastOneIsNot() throws IOException {
    try (var ledger = Ledger.open(home.resolve("journal"))) {
      ledger.open(List.of(new HostObject.Group("g")));
    }
    Path file = home.resolve("journal/journal");
    Files.writeString(file, "00000000 {\"op\":\"+\"}\nffff half", StandardOpenOption.APPEND);
    JournalFile journal = JournalFile.of(home);
    assertThat(journal.damaged()).isEqualTo(1);
    assertThat(journal.open("group")).hasSize(1);
  }

  @Test
  void noJournalIsAnEmptyOne() throws IOException {
    assertThat(JournalFile.of(home).open()).isEmpty();
  }

  @Test
  void hostileBytesAreDamageAndNothingElse() {
    JournalFile journal = JournalFile.parse("\u0000\n\n12345678 [1]\nzzzzzzzz {}\n");
    assertThat(journal.open()).isEmpty();
    assertThat(journal.damaged()).isGreaterThan(0);
  }
}
