package atoll.linux.cgroup;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Writes to the files by which a cgroup is steered. One write is one command.
final class ControlFile {
  private ControlFile() {}

  /// Never creates: a file that is not there is a failure, not a new file.
  static void write(Path file, String value) throws IOException {
    try {
      Files.writeString(file, value, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new IOException("cannot write " + value + " to " + file + ": " + e.getMessage(), e);
    }
  }

  /// For what a host may refuse without harm; the refusal is logged.
  static void tryWrite(Path file, String value) {
    try {
      write(file, value);
    } catch (IOException e) {
      System.getLogger(ControlFile.class.getName()).log(Level.WARNING, e.getMessage());
    }
  }
}
