package atoll.agent.relay;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// Reads from the kernel which ports listen on loopback: `/proc/net/tcp` and `tcp6`, proc(5).
final class Listeners {
  private static final String LISTEN = "0A";
  private static final String LOOPBACK_FOUR = "0100007F";
  private static final String LOOPBACK_SIX = "00000000000000000000000001000000";

  /// 127.0.0.1 as a socket of both families has it, such as those of Java programs.
  private static final String LOOPBACK_MAPPED = "0000000000000000FFFF00000100007F";

  private static final int ADDRESS = 1;
  private static final int STATE = 3;
  private static final int INODE = 9;

  private final Path folder;

  Listeners(Path folder) {
    this.folder = folder;
  }

  /// By port; where both families listen on one, the first one stands for it.
  Map<Integer, Listener> now() throws IOException {
    var found = new LinkedHashMap<Integer, Listener>();
    read("tcp", LOOPBACK_FOUR, false, found);
    read("tcp6", LOOPBACK_MAPPED, false, found);
    read("tcp6", LOOPBACK_SIX, true, found);
    return found;
  }

  /// Listening sockets come first in these files: connections, of which there may be many, are not
  /// read.
  private void read(String file, String loopback, boolean six, Map<Integer, Listener> into)
      throws IOException {
    try (BufferedReader in =
        Files.newBufferedReader(folder.resolve(file), StandardCharsets.US_ASCII)) {
      in.readLine(); // the head of the table
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] words = line.strip().split(" +");
        if (words.length <= INODE || !words[STATE].equals(LISTEN)) return;
        int colon = words[ADDRESS].indexOf(':');
        if (!words[ADDRESS].substring(0, colon).equals(loopback)) continue;
        int port = Integer.parseInt(words[ADDRESS], colon + 1, words[ADDRESS].length(), 16);
        into.putIfAbsent(port, new Listener(six, port, Long.parseLong(words[INODE])));
      }
    } catch (NoSuchFileException noSuchFamily) {
      // a kernel without IPv6 has no such table
    }
  }
}
