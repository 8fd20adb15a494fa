package atoll.node.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import atoll.core.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
  private static final List<HostObject> KINDS =
      List.of(
          new HostObject.Monitor("i1-1", Path.of("/h/sandboxes/i1-1"), 12, 34),
          new HostObject.Namespace(Path.of("/run/netns/atoll-1")),
          new HostObject.Group("i1-1"),
          new HostObject.Directory(Path.of("/h/sandboxes/i1-1")),
          new HostObject.PlainFile(Path.of("/h/with \"quotes\"\nand lines")));

  @TempDir Path folder;

  @Test
  void everyKindSurvivesARestart() throws IOException {
    try (var ledger = Ledger.open(folder)) {
      for (HostObject object : KINDS) ledger.open(object);
    }
    assertThat(left()).containsExactlyElementsOf(KINDS);
    assertThat(left()).as("opening alone ends nothing").containsExactlyElementsOf(KINDS);
  }

  @Test
  void whatWasClosedIsForgottenAndWhatWasAmendedIsNew() throws IOException {
    var amended = new HostObject.Monitor("i1-1", Path.of("/s"), 99, 1);
    try (var ledger = Ledger.open(folder)) {
      var entries = ledger.open(KINDS);
      ledger.amend(entries.get(0), amended);
      entries.subList(1, entries.size()).forEach(ledger::close);
      ledger.close(entries.get(1));
    }
    assertThat(left()).containsExactly(amended);
  }

  @Test
  void aTornTailLosesOnlyItself() throws IOException {
    try (var ledger = Ledger.open(folder)) {
      ledger.open(KINDS);
    }
    byte[] whole = Files.readAllBytes(folder.resolve("journal"));
    int lastLine =
        whole.length
            - new String(whole, StandardCharsets.UTF_8).lines().toList().getLast().length()
            - 1;
    for (int cut = lastLine; cut < whole.length - 1; cut++) {
      Files.write(folder.resolve("journal"), Arrays.copyOf(whole, cut));
      assertThat(left())
          .as("cut at %d", cut)
          .containsExactlyElementsOf(KINDS.subList(0, KINDS.size() - 1));
    }
  }

  @Test
  void aDamagedLineInTheMiddleLosesOnlyItself() throws IOException {
    try (var ledger = Ledger.open(folder)) {
      ledger.open(KINDS);
    }
    byte[] bytes = Files.readAllBytes(folder.resolve("journal"));
    String text = new String(bytes, StandardCharsets.UTF_8);
    bytes[text.indexOf("/run/netns")] = (byte) 0xff;
    Files.write(folder.resolve("journal"), bytes);
    assertThat(left()).hasSize(KINDS.size() - 1).doesNotContain(KINDS.get(1));
  }

  @Test
  void anyBytesAtAllCanBeRead() throws IOException {
    var random = new java.util.Random(7);
    for (int i = 0; i < 50; i++) {
      var bytes = new byte[500];
      random.nextBytes(bytes);
      Files.write(
          folder.resolve("journal"),
          bytes,
          StandardOpenOption.CREATE,
          StandardOpenOption.TRUNCATE_EXISTING);
      assertThat(left()).isEmpty();
    }
  }

  @Test
  void theFileStaysSmallHoweverMuchComesAndGoes() throws IOException {
    try (var ledger = Ledger.open(folder)) {
      var stays = ledger.open(KINDS.get(0));
      for (int i = 0; i < 3000; i++) ledger.close(ledger.open(KINDS.get(2)));
      assertThat(Files.size(folder.resolve("journal"))).isLessThan(300_000);
      assertThat(ledger.entries()).containsExactly(stays);
    }
    assertThat(left()).containsExactly(KINDS.get(0));
  }

  @Test
  void numbersAreNeverGivenTwice() throws IOException {
    long first;
    try (var ledger = Ledger.open(folder)) {
      first = ledger.nextNumber();
      ledger.close(ledger.open(KINDS.get(1)));
    }
    try (var ledger = Ledger.open(folder)) {
      assertThat(ledger.nextNumber()).isGreaterThan(first + 1);
    }
  }

  @Test
  void aRebootEndsAllButFiles() throws IOException {
    try (var ledger = Ledger.open(folder, "first boot")) {
      ledger.open(KINDS);
    }
    try (var ledger = Ledger.open(folder, "second boot")) {
      assertThat(ledger.left())
          .extracting(Ledger.Entry::object)
          .containsExactly(KINDS.get(3), KINDS.get(4));
      ledger.open(KINDS.get(2));
    }
    try (var ledger = Ledger.open(folder, "second boot")) {
      assertThat(ledger.left()).hasSize(3);
    }
  }

  @Test
  void aSecondWriterIsRefused() throws IOException {
    try (var _ = Ledger.open(folder)) {
      assertThatThrownBy(() -> Ledger.open(folder))
          .isInstanceOfSatisfying(
              Refusal.Conflict.class,
              r -> assertThat(r.reason()).isEqualTo("node_already_running"));
    }
    Ledger.open(folder).close();
  }

  private List<HostObject> left() throws IOException {
    try (var ledger = Ledger.open(folder)) {
      return ledger.left().stream().map(Ledger.Entry::object).toList();
    }
  }
}
