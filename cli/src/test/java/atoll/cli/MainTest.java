package atoll.cli;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.cli.report.Exit;
import atoll.core.json.Json;
import atoll.core.json.JsonReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir Path home;

  private int run(String... args) {
    return Main.run(
        args,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private Json.Obj answer() {
    assertThat(out.toString(StandardCharsets.UTF_8).lines()).hasSize(1);
    return JsonReader.readObject(out.toByteArray());
  }

  @Test
  void helpNamesEveryCommandButTheBuildsOwn() {
    assertThat(run("--help")).isEqualTo(Exit.OK);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("sandbox list", "template list", "down")
        .doesNotContain("rehearse");
  }

  @Test
  void everyCommandHasHelp() {
    assertThat(run("sandbox", "exec", "--help")).isEqualTo(Exit.OK);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("Usage: atoll sandbox exec", "--home DIR");
  }

  @Test
  void noCommandAndUnknownCommandsAreWrongUsage() {
    assertThat(run()).isEqualTo(Exit.USAGE);
    assertThat(run("frobnicate")).isEqualTo(Exit.USAGE);
    assertThat(run("sandbox", "frobnicate")).isEqualTo(Exit.USAGE);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("unknown command: frobnicate", "atoll sandbox --help");
    assertThat(run("sandbox")).isEqualTo(Exit.USAGE);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("which `sandbox` command?");
  }

  @Test
  void usageErrorsAreJsonWhenJsonWasAskedFor() {
    assertThat(run("sandbox", "list", "--nonsense", "-o", "json")).isEqualTo(Exit.USAGE);
    assertThat(answer().object("error").text("reason")).contains("usage");
    assertThat(err.size()).isZero();
  }

  @Test
  void withoutAnInstanceCommandsSayThatNothingRuns() {
    assertThat(run("sandbox", "list", "--home", home.toString(), "-o", "json"))
        .isEqualTo(Exit.FAILED);
    var error = answer().object("error");
    assertThat(error.text("reason")).contains("not_running");
    assertThat(error.text("message").orElseThrow()).contains(home.toString());
    assertThat(error.text("hint").orElseThrow()).contains("atoll up");
  }

  @Test
  void statusAndDownOfAnEmptyHomeAreNoErrors() {
    assertThat(run("status", "--home", home.toString(), "-o", "json")).isEqualTo(Exit.OK);
    assertThat(answer().bool("running")).contains(false);
    out.reset();
    assertThat(run("down", "--home", home.toString(), "-o", "json")).isEqualTo(Exit.OK);
    assertThat(answer().bool("stopped")).contains(false);
  }

  @Test
  void homeAndFormatMayStandBeforeTheCommand() {
    assertThat(run("--home", home.toString(), "-o", "json", "status")).isEqualTo(Exit.OK);
    assertThat(answer().text("home")).contains(home.toString());
    out.reset();
    assertThat(run("-ojson", "--home=" + home, "sandbox", "list")).isEqualTo(Exit.FAILED);
    assertThat(answer().object("error").text("reason")).contains("not_running");
  }

  @Test
  void anEmptyHomeIsNotTheWorkingDirectory() {
    assertThat(run("status", "--home", "", "-o", "json")).isEqualTo(Exit.USAGE);
    assertThat(answer().object("error").text("message").orElseThrow()).contains("--home");
  }

  @Test
  void killNeedsNamesOrAllButNotBoth() {
    assertThat(run("sandbox", "kill", "--home", home.toString())).isEqualTo(Exit.USAGE);
    assertThat(run("sandbox", "kill", "--all", "i1", "--home", home.toString()))
        .isEqualTo(Exit.USAGE);
  }
}
