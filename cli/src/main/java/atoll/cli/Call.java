package atoll.cli;

import atoll.cli.home.Home;
import atoll.cli.report.CommandFailure;
import atoll.core.json.Json;
import atoll.core.json.JsonWriter;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One call of a command: the arguments as its [Syntax] read them, and the streams it answers on.
///
/// @param values of each option given, under its first name; a switch has an empty one
/// @param out holds exactly one JSON value under `-o json`
/// @param err for people, whatever the format
public record Call(
    Map<String, List<String>> values, List<String> operands, PrintStream out, PrintStream err) {
  public Call {
    values = Map.copyOf(values);
    operands = List.copyOf(operands);
  }

  public Home home() {
    String given = text("--home");
    if (given != null && given.isBlank())
      throw CommandFailure.usage("--home needs a directory, not an empty word");
    if (given != null) return Home.at(Path.of(given));
    String environment = System.getenv("ATOLL_HOME");
    return Home.at(
        Path.of(environment == null || environment.isBlank() ? "/var/lib/atoll" : environment));
  }

  /// What a command shown to people must have to mean this home: empty, or a blank and the option,
  /// as a shell reads it.
  String homeOption() {
    if (text("--home") == null) return "";
    String home = home().toString();
    return " --home " + (home.matches("[\\w/.:@%+,-]+") ? home : EnvCommand.quoted(home));
  }

  public boolean json() {
    return switch (text("-o")) {
      case null -> false;
      case "text" -> false;
      case "json" -> true;
      case String other -> throw CommandFailure.usage("-o takes text or json, not " + other);
    };
  }

  /// The option's last value, or null.
  public String text(String option) {
    return values.containsKey(option) ? values.get(option).getLast() : null;
  }

  public boolean flag(String option) {
    return values.containsKey(option);
  }

  /// The option's value as a whole number from 0 to `most`.
  public int number(String option, int otherwise, int most) {
    String given = text(option);
    if (given == null) return otherwise;
    if (given.matches("[0-9]{1,9}") && Integer.parseInt(given) <= most)
      return Integer.parseInt(given);
    throw CommandFailure.usage(
        option + " takes a whole number from 0 to " + most + ", not " + given);
  }

  /// All `NAME=VALUE` values of a repeatable option.
  public Map<String, String> pairs(String option) {
    var pairs = new LinkedHashMap<String, String>();
    for (String given : values.getOrDefault(option, List.of())) {
      int at = given.indexOf('=');
      if (at < 1) throw CommandFailure.usage(option + " takes NAME=VALUE, not " + given);
      pairs.put(given.substring(0, at), given.substring(at + 1));
    }
    return pairs;
  }

  public String operand(int index) {
    return operands.get(index);
  }

  /// Answers: with the value as JSON, or with the text.
  public void print(Json value, String text) {
    String answer = json() ? JsonWriter.write(value) : text;
    out.print(answer.endsWith("\n") || answer.isEmpty() ? answer : answer + "\n");
    out.flush();
  }

  /// Tells people something on standard error.
  public void note(String text) {
    err.println(text);
  }
}
