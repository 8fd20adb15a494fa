package atoll.node.ledger;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Collectors;

/// The journal's file: lines are appended and forced, or all replaced at once. Not safe on several
/// threads.
final class Journal implements AutoCloseable {
  private final Path file;
  private RandomAccessFile out; // a channel would be closed for ever by one interrupted caller
  private long goodLength;
  private boolean torn;

  private final Failpoint failpoint;

  private Journal(Path file, Failpoint failpoint) {
    this.file = file;
    this.failpoint = failpoint;
  }

  /// The lines of a file, torn and damaged ones left out; none if there is no file.
  static List<JournalLine> read(Path file) throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException none) {
      return List.of();
    }
    // ISO 8859-1 maps every byte, so that a torn UTF-8 sequence cannot stop the reading; the
    // checksum judges the line.
    return new String(bytes, StandardCharsets.ISO_8859_1)
        .lines()
        .map(line -> new String(line.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8))
        .flatMap(line -> JournalLine.parse(line).stream())
        .toList();
  }

  /// Starts a journal with exactly these lines, replacing what was there in one step.
  static Journal start(Path file, List<JournalLine> lines, Failpoint failpoint) throws IOException {
    var journal = new Journal(file, failpoint);
    journal.replace(lines);
    return journal;
  }

  /// Writes, and where asked forces everything written so far; after a failure the file is as it
  /// was.
  void append(List<JournalLine> lines, boolean force) throws IOException {
    failpoint.reached("journal write");
    try {
      write(out, torn ? "\n" : "", lines);
      torn = false;
      failpoint.reached("journal written");
      if (force) out.getFD().sync();
      goodLength = out.length();
    } catch (IOException e) {
      cutBack(e);
      throw e;
    }
  }

  void replace(List<JournalLine> lines) throws IOException {
    failpoint.reached("journal replace");
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    try (var whole = new RandomAccessFile(fresh.toFile(), "rw")) {
      write(whole, "", lines);
      whole.getFD().sync();
    }
    failpoint.reached("journal rename");
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    forceDirectory(file.getParent());
    RandomAccessFile old = out;
    out = new RandomAccessFile(file.toFile(), "rw");
    goodLength = out.length();
    out.seek(goodLength);
    if (old != null) old.close();
  }

  private void cutBack(IOException why) {
    try {
      out.setLength(goodLength);
      out.seek(goodLength);
    } catch (IOException e) {
      torn = true; // a newline before the next lines keeps the half line from spoiling them
      why.addSuppressed(e);
    }
  }

  private static void write(RandomAccessFile out, String before, List<JournalLine> lines)
      throws IOException {
    String text = before + lines.stream().map(JournalLine::text).collect(Collectors.joining());
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void forceDirectory(Path directory) throws IOException {
    try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
