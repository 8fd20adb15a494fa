package atoll.cli.server;

import atoll.cli.home.Home;
import atoll.cli.report.CommandFailure;
import atoll.core.json.Json;
import atoll.core.json.JsonException;
import atoll.core.json.JsonReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/// Starts `atoll up` as a process of its own session, which outlives this one.
///
/// The child answers on a pipe: one line of JSON when it is ready or has failed, or the pipe's end
/// if it died.
public final class Detached {
  private static final int TAIL_LINES = 15;

  private Detached() {}

  /// Blocks until the child is ready; the first start of a home builds the base template, which
  /// takes minutes.
  ///
  /// @param arguments of `up`, without `--detach` and `-o`
  /// @return what `up -o json` prints
  public static Json.Obj start(Home home, List<String> arguments) throws IOException {
    home.create();
    var command =
        new ArrayList<>(
            List.of("setsid", launcher(), "up", "--home", home.toString(), "-o", "json"));
    command.addAll(arguments);
    var builder = new ProcessBuilder(command);
    builder.environment().put("ATOLL_NO_BUILD", "1");
    builder.redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
    builder.redirectError(ProcessBuilder.Redirect.appendTo(home.log().toFile()));
    try (BufferedReader answer = builder.start().inputReader(StandardCharsets.UTF_8)) {
      return answer(answer.readLine(), home);
    }
  }

  private static Json.Obj answer(String line, Home home) throws IOException {
    if (line == null) {
      throw CommandFailure.withDetail(
          "start_failed",
          "Atoll ended while it started",
          "the whole log is " + home.log(),
          tail(home));
    }
    try {
      var json = JsonReader.readObject(line.getBytes(StandardCharsets.UTF_8));
      var error = json.object("error");
      if (error.members().isEmpty()) return json;
      throw CommandFailure.withDetail(
          error.text("reason").orElse("start_failed"),
          error.text("message").orElse("Atoll did not start"),
          error.text("hint").orElse(null),
          error.text("detail").orElse(null));
    } catch (JsonException e) {
      throw CommandFailure.failed(
          "start_failed", "Atoll answered: " + line, "the whole log is " + home.log(), e);
    }
  }

  private static String launcher() {
    String launcher = System.getProperty("atoll.launcher");
    if (launcher == null)
      throw CommandFailure.failed(
          "no_launcher", "only the atoll script can start a detached process", null);
    return launcher;
  }

  private static String tail(Home home) throws IOException {
    var lines = Files.readAllLines(home.log());
    return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
  }
}
