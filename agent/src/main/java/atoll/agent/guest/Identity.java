package atoll.agent.guest;

import atoll.linux.kernel.Hostname;
import atoll.linux.kernel.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// Who this guest is, as its own processes find it: the host name, and small files below
/// `/run/e2b`.
final class Identity {
  private static final Path FOLDER = Path.of("/run/e2b");
  private static final Path NAME_NOW = Path.of("/proc/sys/kernel/hostname");
  private static final Path NAME = Path.of("/etc/hostname");
  private static final Path HOSTS = Path.of("/etc/hosts");
  private static final String OWN_ADDRESS = "127.0.1.1";
  private static final String EVENTS = "events.e2b.local";
  private static final int LONGEST_HOSTNAME = 64;
  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
  private static final Path FRESH = Path.of("/proc/sys/kernel/random/uuid");

  private Identity() {}

  /// Names the host; an empty name means the present one. That way is walked as well: what ran once
  /// before a snapshot is fast after it.
  static void hostname(String wanted) throws IOException {
    String name = wanted.isEmpty() ? Files.readString(NAME_NOW).strip() : wanted;
    if (!isHostname(name)) throw new IOException("not a host name");
    Hostname.set(name);
    update(NAME, name + "\n");
    update(HOSTS, hosts(OWN_ADDRESS, name));
  }

  /// Names the host's service for events in the hosts file.
  static void events(String address) throws IOException {
    update(HOSTS, hosts(address, EVENTS));
  }

  /// Whether this is an IPv4 address in four decimal parts.
  static boolean isAddress(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) return false;
    for (String part : parts)
      if (!part.matches("[0-9]{1,3}") || Integer.parseInt(part) > 255) return false;
    return true;
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

  /// The hosts file with this name at this address and nowhere else. Without our own name in it
  /// sudo complains.
  private static String hosts(String address, String name) throws IOException {
    var out = new StringBuilder();
    if (Files.exists(HOSTS)) {
      for (String line : Files.readAllLines(HOSTS))
        if (!replaced(line, address, name)) out.append(line).append('\n');
    } else {
      out.append("127.0.0.1\tlocalhost\n");
    }
    return out.append(address).append('\t').append(name).append('\n').toString();
  }

  private static boolean replaced(String line, String address, String name) {
    if (address.equals(OWN_ADDRESS)) return line.startsWith(OWN_ADDRESS);
    return line.endsWith("\t" + name);
  }

  /// Gives this life of the guest a boot id of its own: the kernel keeps one over a restore, so
  /// that all clones would share it. A file of ours lies over the kernel's from the first time on.
  static void boot() throws IOException {
    Path own = Path.of("/run/atoll-agent/boot_id");
    Files.createDirectories(own.getParent());
    String id = Files.readString(FRESH);
    Files.writeString(own, id);
    Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("r--r--r--"));
    if (!Files.readString(BOOT).equals(id)) Mount.bind(own, BOOT);
  }

  private static void update(Path file, String text) throws IOException {
    if (!Files.exists(file) || !Files.readString(file).equals(text)) Files.writeString(file, text);
  }

  static void write(String variable, String value) throws IOException {
    Files.createDirectories(FOLDER);
    Files.writeString(FOLDER.resolve("." + variable), value);
  }
}
