package atoll.agent.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// This agent's own priority, which children must not inherit.
final class Priority {
  private static final int NICE_FIELD = 16;

  /// Whether this program runs with another niceness than 0.
  static final boolean RAISED = isRaised();

  private Priority() {}

  /// Field 19 of proc(5)'s stat.
  private static boolean isRaised() {
    try {
      String stat = Files.readString(Path.of("/proc/self/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return !fields[NICE_FIELD].equals("0");
    } catch (IOException e) {
      return false;
    }
  }
}
