package atoll.cli.home;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// Finds which process listens on a TCP port of this host, through `/proc/net/tcp` and
/// `/proc/PID/fd`, proc(5).
///
/// @param pid of the process
/// @param name its short name
public record PortHolder(long pid, String name) {
  private static final String LISTEN = "0A";

  /// Empty if nobody listens, or if the holder belongs to somebody whose descriptors we may not
  /// see.
  public static Optional<PortHolder> of(int port) throws IOException {
    var inodes = new HashSet<String>();
    for (String table : new String[] {"/proc/net/tcp", "/proc/net/tcp6"}) {
      Path file = Path.of(table);
      if (Files.exists(file)) inodes.addAll(listeners(Files.readString(file), port));
    }
    return inodes.isEmpty() ? Optional.empty() : search(inodes);
  }

  /// Inodes of the sockets that listen on `port`, from the text of `/proc/net/tcp`.
  static Set<String> listeners(String table, int port) {
    var inodes = new HashSet<String>();
    table
        .lines()
        .skip(1)
        .map(line -> line.strip().split("\\s+"))
        .filter(f ->
            f.length > 9
                && f[3].equals(LISTEN)
                && Integer.parseInt(f[1].substring(f[1].indexOf(':') + 1), 16) == port)
        .forEach(f -> inodes.add(f[9]));
    return inodes;
  }

  private static Optional<PortHolder> search(Set<String> inodes) throws IOException {
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        if (!holds(process.resolve("fd"), inodes)) continue;
        long pid = Long.parseLong(process.getFileName().toString());
        return Optional.of(new PortHolder(pid, Processes.name(pid)));
      }
    }
    return Optional.empty();
  }

  private static boolean holds(Path descriptors, Set<String> inodes) {
    try (DirectoryStream<Path> links = Files.newDirectoryStream(descriptors)) {
      for (Path link : links) if (inodes.contains(socketInode(link))) return true;
      return false;
    } catch (IOException | java.nio.file.DirectoryIteratorException endedOrForbidden) {
      return false;
    }
  }

  private static String socketInode(Path link) throws IOException {
    try {
      String target = Files.readSymbolicLink(link).toString();
      return target.startsWith("socket:[") ? target.substring(8, target.length() - 1) : "";
    } catch (java.nio.file.NoSuchFileException closedMeanwhile) {
      return "";
    }
  }

  @Override
  public String toString() {
    return name + " (pid " + pid + ")";
  }
}
