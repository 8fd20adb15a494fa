package atoll.e2e;

import atoll.core.json.Json;
import atoll.core.json.JsonReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DynamicTest;

/// One run of a script that drives an official SDK; each line of JSON it prints is a test.
final class Scenario {
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private Scenario() {}

  static Stream<DynamicTest> run(Sdk sdk, Map<String, String> environment, String... script)
      throws IOException, InterruptedException {
    var command = new ArrayList<>(sdk.interpreter());
    command.addAll(List.of(script));
    var outcome =
        Program.of(command.toArray(String[]::new)).in(sdk.folder()).with(environment).run(LONGEST);
    var lines =
        outcome
            .out()
            .lines()
            .map(l -> JsonReader.readObject(l.getBytes(StandardCharsets.UTF_8)))
            .toList();
    var tests = lines.stream().filter(l -> l.text("check").isPresent()).map(Scenario::test);
    return Stream.concat(tests, Stream.of(complete(outcome, lines)));
  }

  private static DynamicTest test(Json.Obj line) {
    return DynamicTest.dynamicTest(
        line.text("check").orElseThrow(),
        () -> {
          if (!line.bool("ok").orElse(false))
            Assertions.fail(line.text("error").orElse("no reason given"));
        });
  }

  /// A script that dies in the middle must not pass for a short one.
  private static DynamicTest complete(Program.Outcome outcome, List<Json.Obj> lines) {
    return DynamicTest.dynamicTest(
        "the script ran to its end",
        () -> {
          boolean done = !lines.isEmpty() && lines.getLast().bool("done").orElse(false);
          if (!done)
            Assertions.fail(
                "exit code " + outcome.exit() + "\n" + outcome.out() + "\n" + outcome.err());
        });
  }
}
