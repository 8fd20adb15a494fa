package atoll.agent.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Whether this program owns the machine it runs on: only then may it step the clock, feed the
/// random generator and name the host.
///
/// It does in a microVM that was started for it, which says so on the kernel's command line
/// ([#MARK]), and there only outside containers: in the kernel's first pid, user and host name
/// namespaces, whose inode numbers are fixed (`include/uapi/linux/nsfs.h`). In doubt it does not.
public final class OwnMachine {
  /// The word that Atoll puts on the command line of its guests' kernels.
  static final String MARK = "atoll.guest";

  private static final Map<String, String> FIRST =
      Map.of(
          "pid", "pid:[4026531836]",
          "user", "user:[4026531837]",
          "uts", "uts:[4026531838]");

  /// Names the monitor's metadata service on the same command line: `atoll.metadata=ADDRESS:PORT`.
  private static final String METADATA = "atoll.metadata=";

  private OwnMachine() {}

  /// Where the metadata service of this machine's monitor answers, `ADDRESS:PORT`; null for none.
  public static String metadata() {
    try {
      for (String word : Files.readString(Path.of("/proc/cmdline")).strip().split(" "))
        if (word.startsWith(METADATA)) return word.substring(METADATA.length());
    } catch (IOException unreadable) {
      return null;
    }
    return null;
  }

  public static boolean detect() {
    return detect(Path.of("/proc"));
  }

  static boolean detect(Path proc) {
    try {
      if (!List.of(Files.readString(proc.resolve("cmdline")).strip().split(" ")).contains(MARK))
        return false;
      for (var namespace : FIRST.entrySet()) {
        Path link = proc.resolve("self/ns/" + namespace.getKey());
        if (!Files.readSymbolicLink(link).toString().equals(namespace.getValue())) return false;
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
