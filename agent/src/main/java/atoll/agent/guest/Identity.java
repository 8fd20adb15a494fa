package atoll.agent.guest;

import atoll.linux.kernel.Hostname;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Who this guest is, as its own processes find it: the host name, and small files below
/// `/run/e2b`.
final class Identity {
  private static final Path FOLDER = Path.of("/run/e2b");
  private static final int LONGEST_HOSTNAME = 64;

  private Identity() {}

  static void hostname(String name) throws IOException {
    if (name.length() > LONGEST_HOSTNAME || !name.matches("[A-Za-z0-9.-]+")) {
      throw new IOException("not a host name");
    }
    Hostname.set(name);
    Files.writeString(Path.of("/etc/hostname"), name + "\n");
  }

  static void write(String variable, String value) throws IOException {
    Files.createDirectories(FOLDER);
    Files.writeString(FOLDER.resolve("." + variable), value);
  }
}
