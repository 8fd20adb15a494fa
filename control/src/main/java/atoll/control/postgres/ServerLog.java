package atoll.control.postgres;

import java.util.ArrayDeque;

/// The last lines that the server printed. Safe on any thread.
final class ServerLog {
  private static final int LINES = 40;
  private static final int LONGEST = 1000;
  private final ArrayDeque<String> lines = new ArrayDeque<>();

  synchronized void add(String line) {
    if (lines.size() == LINES) lines.removeFirst();
    lines.addLast(line.length() > LONGEST ? line.substring(0, LONGEST) : line);
  }

  synchronized String tail() {
    return String.join("\n", lines);
  }
}
