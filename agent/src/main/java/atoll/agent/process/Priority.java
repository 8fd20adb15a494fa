package atoll.agent.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Priorities: this agent's own, which children must not inherit, and their place when memory runs
/// out.
final class Priority {
  private static final byte[] CHILD_OOM_SCORE = {'1', '0', '0'};
  private static final int NICE_FIELD = 16;

  private Priority() {}

  /// Whether this program runs with another niceness than 0; field 19 of proc(5)'s stat.
  static boolean isRaised() {
    try {
      String stat = Files.readString(Path.of("/proc/self/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return !fields[NICE_FIELD].equals("0");
    } catch (IOException e) {
      return false;
    }
  }

  /// Children die before the agent does. One that is gone already needs no place.
  static void placeForOom(int pid) {
    try (var file = new java.io.FileOutputStream("/proc/" + pid + "/oom_score_adj")) {
      file.write(CHILD_OOM_SCORE);
    } catch (IOException gone) {
      System.getLogger(Priority.class.getName()).log(System.Logger.Level.TRACE, "oom score", gone);
    }
  }
}
