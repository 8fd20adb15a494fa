package atoll.cli;

import atoll.cli.report.CommandFailure;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads the words of a command line by a [Syntax]: `--name value`, `--name=value`, `-x`, operands,
/// and `--` to end options.
///
/// Written here since a start cache cannot hold the usual library: its classes are too old a
/// format. See docs/decisions.
final class Arguments {
  private final Syntax syntax;
  private final List<String> words;
  private final Map<String, List<String>> values = new LinkedHashMap<>();
  private final List<String> operands = new ArrayList<>();
  private int at;

  private Arguments(Syntax syntax, List<String> words) {
    this.syntax = syntax;
    this.words = words;
  }

  /// Throws a usage failure that names the word that does not fit.
  static Call read(Syntax syntax, List<String> words, PrintStream out, PrintStream err) {
    var reader = new Arguments(syntax, words);
    reader.readAll();
    var call = new Call(reader.values, reader.operands, out, err);
    if (!call.flag("-h")) reader.checkCount();
    call.json();
    return call;
  }

  /// Whether these words ask for JSON, as far as one can tell before they are understood.
  static boolean wantsJson(String[] words) {
    int stop = Arrays.asList(words).indexOf("--");
    var ours = stop < 0 ? Arrays.asList(words) : Arrays.asList(words).subList(0, stop);
    if (ours.contains("-ojson") || ours.contains("-o=json") || ours.contains("--output=json"))
      return true;
    int option = Math.max(ours.lastIndexOf("-o"), ours.lastIndexOf("--output"));
    return option >= 0 && option + 1 < ours.size() && ours.get(option + 1).equals("json");
  }

  private void readAll() {
    while (at < words.size()) {
      String word = words.get(at++);
      boolean passed =
          syntax.passing() && operands.size() >= syntax.least() - 1 && !word.startsWith("-");
      if (word.equals("--") || passed) {
        if (passed) operands.add(word);
        operands.addAll(words.subList(at, words.size()));
        return;
      }
      if (word.startsWith("-") && word.length() > 1) option(word);
      else operands.add(word);
    }
  }

  private void option(String word) {
    int equals = word.indexOf('=');
    String name = equals < 0 ? word : word.substring(0, equals);
    if (word.startsWith("-o") && word.length() > 2 && equals < 0) {
      put("-o", word.substring(2));
      return;
    }
    var option =
        syntax
            .find(name)
            .orElseThrow(
                () -> CommandFailure.usage("unknown option " + name + " of " + syntax.name()));
    if (!option.takesValue() && equals >= 0) throw CommandFailure.usage(name + " takes no value");
    if (!option.takesValue()) put(option.names().getFirst(), "");
    else
      put(
          option.names().getFirst(),
          equals >= 0 ? word.substring(equals + 1) : next(name, option.label()));
  }

  private String next(String name, String label) {
    if (at >= words.size()) throw CommandFailure.usage(name + " needs a value: " + label);
    return words.get(at++);
  }

  private void put(String name, String value) {
    values.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
  }

  private void checkCount() {
    if (operands.size() < syntax.least())
      throw CommandFailure.usage("atoll " + syntax.name() + " needs " + syntax.operands());
    if (operands.size() > syntax.most()) {
      throw CommandFailure.usage(
          "atoll " + syntax.name() + " does not take " + operands.get(syntax.most()));
    }
  }
}
