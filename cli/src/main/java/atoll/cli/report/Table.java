package atoll.cli.report;

import java.util.ArrayList;
import java.util.List;

/// Rows of text in aligned columns, as commands print lists. Confined to one thread.
public final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  public Table(String... header) {
    rows.add(List.of(header));
  }

  public Table row(Object... cells) {
    var row = new ArrayList<String>();
    for (Object cell : cells) row.add(cell == null ? "-" : printable(cell.toString()));
    rows.add(row);
    return this;
  }

  @Override
  public String toString() {
    int[] widths = new int[rows.getFirst().size()];
    for (var row : rows)
      for (int i = 0; i < widths.length; i++) widths[i] = Math.max(widths[i], row.get(i).length());
    var out = new StringBuilder();
    for (var row : rows) out.append(line(row, widths)).append('\n');
    return out.toString();
  }

  private static String line(List<String> row, int[] widths) {
    var line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String cell = row.get(i);
      line.append(cell).repeat(' ', widths[i] - cell.length() + 2);
    }
    return line.toString().stripTrailing();
  }

  /// Guests choose some of these texts: a control character would reach the terminal.
  public static String printable(String text) {
    return text.codePoints()
        .map(c -> Character.isISOControl(c) ? '?' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
