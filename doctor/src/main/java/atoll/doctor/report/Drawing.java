package atoll.doctor.report;

import atoll.doctor.Diagnosis;
import atoll.doctor.Hop;
import atoll.doctor.catalogue.Finding;
import atoll.doctor.repair.Repairs;
import java.util.stream.Collectors;

/// A diagnosis for people: the way as one line, the cause in one sentence, its evidence, its
/// remedy.
///
/// Whatever came from a guest has its control characters replaced, so that it cannot draw on the
/// terminal.
public final class Drawing {
  private static final String RED = "\u001b[1;31m";
  private static final String GREEN = "\u001b[32m";
  private static final String YELLOW = "\u001b[33m";
  private static final String GREY = "\u001b[90m";
  private static final String PLAIN = "\u001b[0m";
  private static final int MOST_EVIDENCE = 3;
  private static final int MOST_UNREAD = 2;

  private final boolean colour;

  public Drawing(boolean colour) {
    this.colour = colour;
  }

  /// Some lines of text, the last one ended too.
  ///
  /// @param verbose every hop's evidence and all other findings too
  public String of(Diagnosis d, boolean verbose) {
    var out = new StringBuilder();
    out.append(d.sandbox()).append("  ").append(verdict(d)).append('\n');
    out.append(d.hops().stream().map(this::hop).collect(Collectors.joining(" → "))).append('\n');
    if (d.cause() != null) cause(out, d.cause());
    if (verbose) details(out, d);
    else if (!d.others().isEmpty())
      out.append("also: ")
          .append(
              d.others().stream()
                  .map(f -> f.failure().id())
                  .limit(5)
                  .collect(Collectors.joining(", ")))
          .append('\n');
    unread(out, d, verbose ? Integer.MAX_VALUE : MOST_UNREAD);
    return out.toString();
  }

  private static void unread(StringBuilder out, Diagnosis d, int most) {
    d.unread().stream()
        .limit(most)
        .forEach(u -> out.append("not read: ").append(printable(u)).append('\n'));
    int more = d.unread().size() - most;
    if (more > 0) out.append("not read: ").append(more).append(" more, see -v\n");
  }

  private String verdict(Diagnosis d) {
    String word = d.verdict().word();
    return switch (d.verdict()) {
      case HEALTHY, EXPLAINED -> painted(GREEN, word);
      case DEGRADED, UNKNOWN -> painted(YELLOW, word);
      case BROKEN -> painted(RED, word);
    };
  }

  private String hop(Hop hop) {
    return switch (hop.state()) {
      case OK -> painted(GREEN, "✓ " + hop.name());
      case BROKEN -> painted(RED, "✗ " + hop.name());
      case UNKNOWN -> painted(GREY, "? " + hop.name());
    };
  }

  private void cause(StringBuilder out, Finding f) {
    out.append("cause:    ")
        .append(f.failure().id())
        .append(" (")
        .append(Math.round(f.confidence() * 100))
        .append(" %): ")
        .append(printable(f.why()))
        .append('\n');
    out.append("evidence: ")
        .append(
            f.evidence().stream()
                .limit(MOST_EVIDENCE)
                .map(Drawing::printable)
                .collect(Collectors.joining("; ")))
        .append('\n');
    out.append("remedy:   ").append(f.remedy());
    if (Repairs.has(f.failure().id())) out.append(" (--fix does it)");
    out.append('\n');
  }

  private void details(StringBuilder out, Diagnosis d) {
    for (Finding f : d.others())
      out.append("also:     ")
          .append(f.failure().id())
          .append(": ")
          .append(printable(f.why()))
          .append('\n');
    for (Hop hop : d.hops())
      out.append(String.format("%-10s", hop.name())).append(printable(hop.evidence())).append('\n');
    out.append("took ").append(Math.round(d.tookMs())).append(" ms\n");
  }

  private String painted(String colours, String text) {
    return colour ? colours + text + PLAIN : text;
  }

  static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }
}
