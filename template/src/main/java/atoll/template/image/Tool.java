package atoll.template.image;

import atoll.core.Deadline;
import atoll.core.Refusal;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// One of the host's own programs that a build calls, such as `mke2fs`, and the Debian package that
/// brings it.
///
/// - **Owner** the caller of [#run]: the process has ended when that returns, also after an
///   interrupt or at the deadline.
/// - **Fails** [Refusal.NoSpace] when the program says that the disk is full, else [Refusal.Failed]
///   with its last words.
public record Tool(String program, String debianPackage) {
  private static final int LINES_KEPT = 4000;
  private static final int LINES_SHOWN = 12;
  private static final String DISK_FULL = "No space left on device";

  /// Runs to the end and returns what it printed, on both streams, at most the last 4000 lines.
  public List<String> run(Path directory, Deadline deadline, List<String> arguments) {
    return run(directory, Map.of(), deadline, arguments, line -> {});
  }

  public List<String> run(
      Path directory,
      Map<String, String> environment,
      Deadline deadline,
      List<String> arguments,
      Consumer<String> onLine) {
    Process process = start(directory, environment, arguments);
    var lines = new ArrayList<String>();
    Thread reader = Thread.ofVirtual().start(() -> read(process, lines, onLine));
    try {
      boolean ended = process.waitFor(deadline.left().toNanos(), TimeUnit.NANOSECONDS);
      if (!ended) kill(process);
      reader.join(deadline.left().plusSeconds(1));
      synchronized (lines) {
        if (!ended) throw failed("did not end in time", lines, null);
        if (process.exitValue() != 0) throw refusal(directory, process.exitValue(), lines);
        return List.copyOf(lines);
      }
    } catch (InterruptedException e) {
      kill(process);
      Thread.currentThread().interrupt();
      throw failed("was interrupted", List.of(), e);
    }
  }

  private Process start(Path directory, Map<String, String> environment, List<String> arguments) {
    var command = new ArrayList<String>();
    command.add(program);
    command.addAll(arguments);
    var builder =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
    builder.redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
    builder.environment().putAll(environment);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new Refusal.Failed(
          "program_missing",
          "cannot start %s: %s".formatted(program, e.getMessage()),
          "apt-get install " + debianPackage,
          null,
          e);
    }
  }

  private static void read(Process process, List<String> lines, Consumer<String> onLine) {
    try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        synchronized (lines) {
          if (lines.size() == LINES_KEPT) lines.removeFirst();
          lines.add(line);
        }
        onLine.accept(line);
      }
    } catch (IOException e) {
      // The pipe broke because the process was killed: what was read so far is all there is to say.
      synchronized (lines) {
        lines.add("(output ended: " + e.getMessage() + ")");
      }
    }
  }

  /// Children first: mmdebstrap forks apt and dpkg, which would go on writing.
  private static void kill(Process process) {
    List<ProcessHandle> tree = process.descendants().toList();
    process.destroyForcibly();
    tree.forEach(ProcessHandle::destroyForcibly);
  }

  private Refusal refusal(Path directory, int status, List<String> lines) {
    boolean full = lines.stream().anyMatch(line -> line.contains(DISK_FULL));
    if (full) return Folders.noSpace(directory, null);
    return failed("ended with status " + status, lines, null);
  }

  private Refusal failed(String how, List<String> lines, Throwable cause) {
    String tail =
        String.join("\n", lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size()));
    return new Refusal.Failed(
        "build_program_failed",
        program + " " + how,
        "its last words are in the detail",
        tail,
        cause);
  }
}
