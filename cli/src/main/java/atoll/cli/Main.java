package atoll.cli;

import atoll.cli.report.CommandFailure;
import atoll.cli.report.Exit;
import atoll.cli.report.Table;
import atoll.core.json.JsonWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/// Where the `atoll` command line starts: finds the command, runs it, and turns what went wrong
/// into words and an exit code.
public final class Main {
  static final String VERSION = "0.1.0";

  private static final Pattern EVERYWHERE =
      Pattern.compile("(--home|-o|--output)(=.*)?|-o[a-z]+", Pattern.DOTALL);

  private Main() {}

  public static void main(String[] args) {
    Logs.configure();
    var out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
    var err =
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    int exit = run(args, out, err);
    out.flush();
    System.exit(exit);
  }

  /// Runs one command in this process and returns its exit code.
  static int run(String[] args, PrintStream out, PrintStream err) {
    try {
      return dispatch(commandFirst(Arrays.asList(args)), out, err);
    } catch (Exception | LinkageError e) {
      return report(e, Arguments.wantsJson(args), out, err);
    }
  }

  /// Home and format may stand before the command too, as with other programs of this kind.
  private static List<String> commandFirst(List<String> words) {
    int command = 0;
    while (command < words.size() && EVERYWHERE.matcher(words.get(command)).matches())
      command += words.get(command).matches("--home|-o|--output") ? 2 : 1;
    int length = Math.min(command, words.size());
    if (length == 0 || length == words.size()) return words;
    var ordered = new ArrayList<>(words.subList(length, words.size()));
    int name = Commands.isGroup(ordered.getFirst()) && ordered.size() > 1 ? 2 : 1;
    ordered.addAll(name, words.subList(0, length));
    return ordered;
  }

  private static int dispatch(List<String> words, PrintStream out, PrintStream err)
      throws Exception {
    if (words.isEmpty()) throw CommandFailure.usage("which command?", "see `atoll --help`");
    String first = words.getFirst();
    if (first.equals("-V") || first.equals("--version"))
      return print(out, "atoll " + VERSION + " (Java " + Runtime.version() + ")\n");
    if (first.equals("-h") || first.equals("--help") || first.equals("help"))
      return print(out, Commands.help(""));
    boolean group = Commands.isGroup(first);
    if (group && words.size() > 1 && (words.get(1).equals("--help") || words.get(1).equals("-h")))
      return print(out, Commands.help(first));
    if (group && words.size() == 1)
      throw CommandFailure.usage(
          "which `" + first + "` command?", "see `atoll " + first + " --help`");
    int length = group ? 2 : 1;
    String name = String.join(" ", words.subList(0, Math.min(length, words.size())));
    var command = Commands.find(name).orElseThrow(() -> unknown(name, group));
    var call = Arguments.read(command.syntax(), words.subList(length, words.size()), out, err);
    return call.flag("-h") ? print(out, command.syntax().help()) : command.run(call);
  }

  private static CommandFailure unknown(String name, boolean group) {
    String help = group ? "see `atoll " + name.split(" ")[0] + " --help`" : "see `atoll --help`";
    return CommandFailure.usage("unknown command: " + Table.printable(name), help);
  }

  private static int print(PrintStream out, String text) {
    out.print(text);
    return Exit.OK;
  }

  private static int report(Throwable cause, boolean json, PrintStream out, PrintStream err) {
    var failure = CommandFailure.of(cause);
    if (json) out.println(JsonWriter.write(failure.json()));
    else err.println(failure.text());
    if (failure.reason().equals("unexpected") && System.getenv("ATOLL_DEBUG") != null)
      cause.printStackTrace(err);
    return failure.exit();
  }
}
