package atoll.agent.guest;

import atoll.linux.kernel.Hostname;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Who this guest is, as its own processes find it: the host name, and small files below
/// `/run/e2b`.
final class Identity {
  private static final Path FOLDER = Path.of("/run/e2b");
  private static final Path NAME_NOW = Path.of("/proc/sys/kernel/hostname");
  private static final Path NAME = Path.of("/etc/hostname");
  private static final Path HOSTS = Path.of("/etc/hosts");
  private static final String OWN_ADDRESS = "127.0.1.1";
  private static final int LONGEST_HOSTNAME = 64;

  private Identity() {}

  /// Names the host; an empty name means the present one. That way is walked as well: what ran once
  /// before a snapshot is fast after it.
  static void hostname(String wanted) throws IOException {
    String name = wanted.isEmpty() ? Files.readString(NAME_NOW).strip() : wanted;
    if (!isHostname(name)) throw new IOException("not a host name");
    Hostname.set(name);
    update(NAME, name + "\n");
    update(HOSTS, hosts(name));
  }

  private static boolean isHostname(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean good =
          c >= 'a' && c <= 'z'
              || c >= 'A' && c <= 'Z'
              || c >= '0' && c <= '9'
              || c == '-'
              || c == '.';
      if (!good) return false;
    }
    return !name.isEmpty() && name.length() <= LONGEST_HOSTNAME;
  }

  /// The hosts file with our name at our own address, without which sudo complains.
  private static String hosts(String name) throws IOException {
    var out = new StringBuilder();
    if (Files.exists(HOSTS)) {
      for (String line : Files.readAllLines(HOSTS))
        if (!line.startsWith(OWN_ADDRESS)) out.append(line).append('\n');
    } else {
      out.append("127.0.0.1\tlocalhost\n");
    }
    return out.append(OWN_ADDRESS).append('\t').append(name).append('\n').toString();
  }

  private static void update(Path file, String text) throws IOException {
    if (!Files.exists(file) || !Files.readString(file).equals(text)) Files.writeString(file, text);
  }

  static void write(String variable, String value) throws IOException {
    Files.createDirectories(FOLDER);
    Files.writeString(FOLDER.resolve("." + variable), value);
  }
}
