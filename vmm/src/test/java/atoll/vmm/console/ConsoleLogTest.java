package atoll.vmm.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a hostile or talkative guest can do with its console: nothing.
class ConsoleLogTest {
  @TempDir Path directory;
  private Path file;
  private ConsoleLog log;

  @BeforeEach
  void open() throws IOException {
    file = directory.resolve("console.log");
    log = new ConsoleLog(file);
  }

  @Test
  void linesAreKeptInOrderAndAnUnfinishedOneCounts() {
    say("one\r\ntwo\nthr");
    say("ee");
    assertThat(log.last(10)).containsExactly("one", "two", "three");
    assertThat(log.last(1)).containsExactly("three");
  }

  @Test
  void terminalSequencesLoseTheirTeeth() throws IOException {
    say("\u001b[31mred\u001b[0m \u001bc\u0007bell \u202ereversed\u009b1m\n");
    assertThat(log.last(1)).containsExactly("red .c.bell .reversed.1m");
    assertThat(Files.readString(file)).isEqualTo("red .c.bell .reversed.1m\n");
  }

  @Test
  void charactersSurviveBeingCutInTwo() {
    byte[] text = "héllo €\n".getBytes(StandardCharsets.UTF_8);
    for (byte b : text) log.append(ByteBuffer.wrap(new byte[] {b}));
    assertThat(log.last(1)).containsExactly("héllo €");
  }

  @Test
  void bytesThatAreNoTextAreShownAsSuch() {
    log.append(ByteBuffer.wrap(new byte[] {'a', (byte) 0xff, (byte) 0xfe, 'b', 0, '\n'}));
    assertThat(log.last(1)).containsExactly("a\uFFFD\uFFFDb.");
  }

  @Test
  void moreThanFitsTakesAMebibyteOnDiskAndLittleInMemory() throws IOException {
    byte[] block =
        "all work and no play makes a guest a dull guest\n"
            .repeat(1300)
            .getBytes(StandardCharsets.UTF_8);
    for (long written = 0; written < 4 << 20; written += block.length)
      log.append(ByteBuffer.wrap(block));
    long onDisk = Files.size(file) + Files.size(directory.resolve("console.log.1"));
    assertThat(onDisk).isLessThanOrEqualTo(2L * ConsoleLog.SEGMENT_BYTES);
    assertThat(log.last(Integer.MAX_VALUE)).hasSizeLessThanOrEqualTo(501);
  }

  @Test
  void aLineWithoutEndIsCut() {
    say("x".repeat(1_000_000));
    assertThat(log.last(Integer.MAX_VALUE))
        .hasSizeLessThanOrEqualTo(501)
        .allMatch(line -> line.length() <= 1000);
  }

  @Test
  void aSymbolicLinkInTheMonitorsDirectoryIsNotFollowed() throws IOException {
    Path target = Files.createFile(directory.resolve("precious"));
    Path link = Files.createSymbolicLink(directory.resolve("link.log"), target);
    assertThatThrownBy(() -> new ConsoleLog(link)).isInstanceOf(IOException.class);
  }

  @Test
  void theTailOutlivesTheFile() throws IOException {
    say("last words\n");
    log.close();
    say("and more\n");
    assertThat(log.last(2)).containsExactly("last words", "and more");
    assertThat(Files.readString(file)).isEqualTo("last words\n");
  }

  private void say(String text) {
    log.append(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }
}
