package atoll.cli;

import atoll.cli.report.CommandFailure;
import atoll.cli.report.Exit;
import atoll.cli.report.Table;
import atoll.core.json.JsonWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Where the `atoll` command line starts: finds the command, runs it, and turns what went wrong
/// into words and an exit code.
public final class Main {
  static final String VERSION = "0.1.0";

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
      return dispatch(Arrays.asList(args), out, err);
    } catch (Exception e) {
      return report(e, Arguments.wantsJson(args), out, err);
    }
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

  private static int report(Exception cause, boolean json, PrintStream out, PrintStream err) {
    var failure = CommandFailure.of(cause);
    if (json) out.println(JsonWriter.write(failure.json()));
    else err.println(failure.text());
    if (failure.reason().equals("unexpected") && System.getenv("ATOLL_DEBUG") != null)
      cause.printStackTrace(err);
    return failure.exit();
  }
}
