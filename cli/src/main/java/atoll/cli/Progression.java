package atoll.cli;

import atoll.core.Progress;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// Shows the progress of steps that run side by side: one bar each on a terminal, a line per change
/// elsewhere.
///
/// Safe for many threads. Writes to standard error only, so that standard output stays for the
/// result.
public final class Progression implements Progress, AutoCloseable {
  private static final int BAR = 24;
  private static final int NAME = 26;
  private static final int TEXT = 44;

  /// A terminal is redrawn at most this often.
  private static final long REDRAW_NANOS = 80_000_000;

  private final PrintStream out;
  private final boolean terminal;
  private final Map<String, State> running = new LinkedHashMap<>();
  private int drawn;
  private long drawnAt;

  private record State(String text, double fraction) {}

  Progression(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /// For this process's standard error.
  public static Progression onStandardError() {
    var console = System.console();
    boolean dumb = "dumb".equals(System.getenv("TERM")) || System.getenv("TERM") == null;
    return new Progression(System.err, console != null && console.isTerminal() && !dumb);
  }

  @Override
  public synchronized void step(String name, String text, double fraction) {
    var before = running.put(name, new State(text, fraction));
    boolean news = before == null || !before.text().equals(text);
    if (!terminal && news) out.println("  " + name + ": " + text);
    if (terminal && (news || System.nanoTime() - drawnAt > REDRAW_NANOS)) redraw("");
  }

  @Override
  public synchronized void done(String name, long millis) {
    running.remove(name);
    String line = "  " + padded(name, NAME) + " done in " + seconds(millis);
    if (terminal) redraw(line + "\n");
    else out.println(line);
  }

  /// Removes the bars of steps that never ended.
  @Override
  public synchronized void close() {
    running.clear();
    if (terminal) redraw("");
    out.flush();
  }

  private void redraw(String above) {
    var text = new StringBuilder();
    if (drawn > 0) text.append("\u001b[").append(drawn).append("A\r\u001b[J");
    text.append(above);
    running.forEach((name, state) -> text.append(bar(name, state)).append('\n'));
    drawn = running.size();
    drawnAt = System.nanoTime();
    out.print(text);
    out.flush();
  }

  private static String bar(String name, State state) {
    boolean known = state.fraction() >= 0;
    int full = known ? (int) Math.round(BAR * Math.min(1, state.fraction())) : 0;
    String percent =
        known
            ? String.format(Locale.ROOT, "%3d %%", Math.round(100 * Math.min(1, state.fraction())))
            : "  …  ";
    return "  "
        + padded(name, NAME)
        + " ["
        + "█".repeat(full)
        + "·".repeat(BAR - full)
        + "] "
        + percent
        + " "
        + clipped(state.text(), TEXT);
  }

  private static String padded(String text, int width) {
    String clipped = clipped(text, width);
    return clipped + " ".repeat(width - clipped.length());
  }

  private static String clipped(String text, int width) {
    return text.length() <= width ? text : text.substring(0, width - 1) + "…";
  }

  static String seconds(long millis) {
    return millis < 1000 ? millis + " ms" : String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
  }
}
