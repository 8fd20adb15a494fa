package atoll.vmm.console;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// The last lines of a stream, in memory, made printable.
///
/// Bounded twice: at most 500 lines, each at most 1,000 characters (a longer one goes on in the
/// next line), so that one tail never takes more than 1 MB. Safe for use by several threads.
public final class TextTail {
  private static final int MOST_LINES = 500;
  private static final int LONGEST_LINE = 1000;

  private final Printable printable = new Printable();
  private final Deque<String> lines = new ArrayDeque<>();
  private final StringBuilder unfinished = new StringBuilder();

  /// Adds bytes; returns the printable text that they became.
  public synchronized String append(ByteBuffer bytes) {
    String text = printable.text(bytes);
    int start = 0;
    for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      extend(text, start, end);
      finish();
      start = end + 1;
    }
    extend(text, start, text.length());
    return text;
  }

  private void extend(String text, int start, int end) {
    for (int at = start; at < end; ) {
      if (unfinished.length() >= LONGEST_LINE) finish();
      int next = Math.min(end, at + LONGEST_LINE - unfinished.length());
      unfinished.append(text, at, next);
      at = next;
    }
  }

  private void finish() {
    if (lines.size() >= MOST_LINES) lines.removeFirst();
    lines.addLast(unfinished.toString());
    unfinished.setLength(0);
  }

  /// At most `count` lines, oldest first; a line that has not ended yet counts.
  public synchronized List<String> last(int count) {
    var all = new java.util.ArrayList<>(lines);
    if (!unfinished.isEmpty()) all.add(unfinished.toString());
    return List.copyOf(all.subList(Math.max(0, all.size() - count), all.size()));
  }
}
