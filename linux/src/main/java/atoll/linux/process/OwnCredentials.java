package atoll.linux.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// This program's own ids, read once, so that a thread can return to them.
final class OwnCredentials {
  static final Credentials VALUE = read();

  private OwnCredentials() {}

  private static Credentials read() {
    int uid = -1;
    int gid = -1;
    int[] groups = {};
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("Uid:")) uid = ids(line)[0];
        else if (line.startsWith("Gid:")) gid = ids(line)[0];
        else if (line.startsWith("Groups:")) groups = ids(line);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("reading our own ids", e);
    }
    return new Credentials(uid, gid, groups);
  }

  private static int[] ids(String line) {
    String[] words = line.substring(line.indexOf(':') + 1).strip().split("\\s+");
    return Arrays.stream(words)
        .filter(w -> !w.isEmpty())
        .mapToInt(w -> (int) Long.parseLong(w))
        .toArray();
  }
}
