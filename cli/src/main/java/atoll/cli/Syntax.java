package atoll.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What one command takes: its operands and options, declared once and used for parsing and for
/// help.
///
/// @param operands for the usage line, such as `SANDBOX... `; text only
/// @param least how many operands must come
/// @param most how many may come
/// @param passing true if everything from the last operand on belongs to another program, options
///   included
public record Syntax(
    String name,
    String about,
    String operands,
    int least,
    int most,
    boolean passing,
    List<Option> options,
    String example) {
  /// @param label the value's name in help, or null for a switch
  public record Option(List<String> names, String label, String about) {
    boolean takesValue() {
      return label != null;
    }
  }

  /// Every command takes these.
  static final List<Option> EVERYWHERE =
      List.of(
          new Option(
              List.of("--home"),
              "DIR",
              "Where all state lives. Default: $ATOLL_HOME, else /var/lib/atoll."),
          new Option(
              List.of("-o", "--output"),
              "FORMAT",
              "text or json. With json, standard output holds exactly one JSON value."),
          new Option(List.of("-h", "--help"), null, "Show this help."));

  public Syntax {
    options = List.copyOf(options);
  }

  /// A command without operands and options of its own.
  public static Syntax of(String name, String about) {
    return new Syntax(name, about, "", 0, 0, false, List.of(), null);
  }

  public Syntax operands(String text, int fewest, int greatest) {
    return new Syntax(name, about, text, fewest, greatest, passing, options, example);
  }

  /// Operand number `least` and all words after it are somebody else's command line.
  public Syntax passing(String text, int fewest) {
    return new Syntax(name, about, text, fewest, Integer.MAX_VALUE, true, options, example);
  }

  /// @param names separated by blanks
  public Syntax option(String names, String label, String text) {
    var more = new ArrayList<>(options);
    more.add(new Option(List.of(names.split(" ")), label, text));
    return new Syntax(name, about, operands, least, most, passing, more, example);
  }

  public Syntax flag(String names, String text) {
    return option(names, null, text);
  }

  public Syntax example(String text) {
    return new Syntax(name, about, operands, least, most, passing, options, text);
  }

  Optional<Option> find(String given) {
    return all().stream().filter(o -> o.names().contains(given)).findFirst();
  }

  String help() {
    var out = new StringBuilder("Usage: atoll ").append(name).append(" [OPTIONS]");
    if (!operands.isEmpty()) out.append(' ').append(operands);
    out.append("\n\n").append(about).append("\n\n");
    for (var option : all()) {
      String head =
          String.join(", ", option.names()) + (option.takesValue() ? " " + option.label() : "");
      out.append("  ")
          .append(head)
          .repeat(' ', Math.max(2, 26 - head.length()))
          .append(option.about())
          .append('\n');
    }
    if (example != null) out.append("\nExample: ").append(example).append('\n');
    return out.toString();
  }

  private List<Option> all() {
    var all = new ArrayList<>(options);
    all.addAll(EVERYWHERE);
    return all;
  }
}
