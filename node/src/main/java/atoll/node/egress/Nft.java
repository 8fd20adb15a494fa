package atoll.node.egress;

import atoll.linux.kernel.Fd;
import atoll.linux.kernel.PlatformThread;
import atoll.linux.process.Child;
import atoll.linux.process.ExitStatus;
import atoll.linux.process.FdInput;
import atoll.linux.process.FdOutput;
import atoll.linux.process.Pipe;
import atoll.linux.process.Spawn;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The `nft` program, started inside one network namespace.
///
/// A script is one transaction of the kernel: all of it takes effect at one moment, or nothing
/// does.
///
/// - **Threads** safe anywhere; a call takes some milliseconds and at most 10 s.
/// - **Fails** [IOException] with the program's own words.
/// - **Sources** nft(8).
public final class Nft {
  private static final long LONGEST_SECONDS = 10;
  private static final int SIGKILL = 9;

  /// The rules of a slot with three full lists are 100 KiB.
  private static final int MOST_OUTPUT = 1 << 20;

  private static final int MOST_WORDS = 500;
  private static final Map<String, String> ENVIRONMENT =
      Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL", "C");

  static final String PROGRAM = "nft";

  private final int netns;
  private final String program;

  /// @param netns an open descriptor of the namespace, or -1 for this process's own
  public Nft(int netns) {
    this(netns, PROGRAM);
  }

  /// @param program its name on the path
  Nft(int netns, String program) {
    this.netns = netns;
    this.program = program;
  }

  /// Carries a script out, whole or not at all.
  public void apply(String script) throws IOException {
    var _ = run(script, "-f", "-");
  }

  /// All rules of the namespace in the program's own form, without counts; empty without a table.
  public String ruleset() throws IOException {
    return run("", "-s", "-n", "list", "ruleset");
  }

  /// All base chains of the namespace as JSON.
  public String chains() throws IOException {
    return run("", "-j", "list", "chains");
  }

  private String run(String input, String... arguments) throws IOException {
    var command = new ArrayList<>(List.of(program));
    command.addAll(List.of(arguments));
    return PlatformThread.unlessAlready("nft", () -> run(command, input));
  }

  private String run(List<String> command, String input) throws IOException {
    try (Pipe in = Pipe.open();
        Pipe out = Pipe.open()) {
      Spawn spawn =
          Spawn.command(command)
              .environment(ENVIRONMENT)
              .fd(0, in.source().number())
              .fd(1, out.sink().number())
              .fd(2, out.sink().number());
      if (netns >= 0) spawn.netns(netns);
      Child child = spawn.start();
      in.source().close();
      out.sink().close();
      var watch = child.exit().orTimeout(LONGEST_SECONDS, TimeUnit.SECONDS);
      var _ = watch.whenComplete((_, late) -> kill(child, late));
      String words = converse(in.sink(), out.source(), input);
      return result(watch.join(), words);
    } catch (java.util.concurrent.CompletionException e) {
      throw new IOException("nft did not end within " + LONGEST_SECONDS + " s", e);
    }
  }

  private static void kill(Child child, Throwable late) {
    if (late == null) return;
    try {
      child.signal(SIGKILL);
    } catch (IOException e) {
      System.getLogger(Nft.class.getName()).log(System.Logger.Level.WARNING, "killing nft", e);
    }
  }

  /// The program reads all of its input before it writes anything.
  private static String converse(Fd to, Fd from, String input) throws IOException {
    IOException unsent = null;
    try (OutputStream sink = new FdOutput(to)) {
      sink.write(input.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      unsent = e; // it died early: its words say why
    }
    try (InputStream source = new FdInput(from)) {
      byte[] all = source.readNBytes(MOST_OUTPUT);
      if (unsent != null && all.length == 0) throw unsent;
      return new String(all, StandardCharsets.UTF_8);
    }
  }

  private static String result(ExitStatus status, String words) throws IOException {
    if (status.ok()) return words;
    String first = words.substring(0, Math.min(words.length(), MOST_WORDS)).strip();
    throw new IOException("nft: " + status + (first.isEmpty() ? "" : ": " + first));
  }
}
