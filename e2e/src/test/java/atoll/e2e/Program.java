package atoll.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A program to run to its end, with its output kept. Ended by force past its deadline.
final class Program {
  /// What a program left behind.
  record Outcome(List<String> command, int exit, String out, String err) {
    /// Fails with the command and both outputs unless it succeeded.
    Outcome expectSuccess() {
      if (exit != 0)
        throw new AssertionError(command + " ended with " + exit + "\n" + out + "\n" + err);
      return this;
    }
  }

  private final List<String> command;
  private final Map<String, String> environment = new LinkedHashMap<>();
  private Path directory = Project.root();

  private Program(List<String> command) {
    this.command = command;
  }

  static Program of(String... command) {
    return new Program(List.of(command));
  }

  Program with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  Program with(Map<String, String> variables) {
    environment.putAll(variables);
    return this;
  }

  Program in(Path folder) {
    directory = folder;
    return this;
  }

  /// @param usual longer on a host that needs patience
  Outcome run(Duration usual) throws IOException, InterruptedException {
    var builder = new ProcessBuilder(new ArrayList<>(command)).directory(directory.toFile());
    builder.environment().putAll(environment);
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    long seconds = Project.atMost(usual).toSeconds();
    Process process = builder.start();
    var out = CompletableFuture.supplyAsync(() -> text(process.getInputStream()));
    var err = CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
    boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
    if (!ended) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
    }
    String note = ended ? "" : "\n(ended by the test after " + seconds + " s)";
    return new Outcome(command, process.exitValue(), out.join(), err.join() + note);
  }

  private static String text(java.io.InputStream stream) {
    try (stream) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
