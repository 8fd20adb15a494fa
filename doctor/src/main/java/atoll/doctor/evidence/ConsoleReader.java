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

  static List<String> tail(Path file, Reading reading) {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) return List.of();
    try (var in = new RandomAccessFile(file.toFile(), "r")) {
      long from = Math.max(0, in.length() - TAIL_BYTES);
      in.seek(from);
      var bytes = new byte[(int) (in.length() - from)];
      in.readFully(bytes);
      List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
      return lines.subList(Math.max(0, lines.size() - MOST_LINES), lines.size());
    } catch (IOException e) {
      reading.refused(file.toString(), e);
      return List.of();
    }
  }
}
