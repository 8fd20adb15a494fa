package atoll.doctor.evidence;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/// The end of a console file; its folder belongs to the monitor's user, so links are not followed.
final class ConsoleReader {
  private static final int TAIL_BYTES = 16 << 10;
  private static final int MOST_LINES = 60;

  private ConsoleReader() {}

  /// The last line that has ended; empty if there is none among the last `most` bytes.
  static String lastLine(Path file, int most, Reading reading) {
    String end = end(file, most, reading);
    int last = end.lastIndexOf('\n');
    return last < 0 ? "" : end.substring(end.lastIndexOf('\n', last - 1) + 1, last);
  }

  static List<String> tail(Path file, Reading reading) {
    List<String> lines = end(file, TAIL_BYTES, reading).lines().toList();
    return lines.subList(Math.max(0, lines.size() - MOST_LINES), lines.size());
  }

  private static String end(Path file, int most, Reading reading) {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) return "";
    try (var in = new RandomAccessFile(file.toFile(), "r")) {
      long from = Math.max(0, in.length() - most);
      in.seek(from);
      var bytes = new byte[(int) (in.length() - from)];
      in.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      reading.refused(file.toString(), e);
      return "";
    }
  }
}
