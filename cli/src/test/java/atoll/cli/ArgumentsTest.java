package atoll.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import atoll.cli.report.CommandFailure;
import atoll.cli.report.Exit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentsTest {
  private static final Syntax EXEC =
      Syntax.of("exec", "x")
          .passing("SANDBOX COMMAND", 2)
          .option("--env", "NAME=VALUE", "x")
          .flag("-i --stdin", "x");
  private static final Syntax LIST = Syntax.of("list", "x").option("-n --lines", "COUNT", "x");

  private static Call read(Syntax syntax, String... words) {
    return Arguments.read(syntax, List.of(words), System.out, System.err);
  }

  @Test
  void anOptionTakesTheNextWordOrWhatFollowsItsEqualsSign() {
    assertThat(read(LIST, "--lines", "3").number("-n", 0, 9)).isEqualTo(3);
    assertThat(read(LIST, "--lines=4").number("-n", 0, 9)).isEqualTo(4);
    assertThat(read(LIST, "-n", "5").number("-n", 0, 9)).isEqualTo(5);
  }

  @Test
  void theLastValueOfAnOptionCounts() {
    assertThat(read(LIST, "-n", "5", "--lines=6").number("-n", 0, 9)).isEqualTo(6);
  }

  @Test
  void wordsOfAProgramAreNotOurOptions() {
    var call = read(EXEC, "i1", "--env", "A=1", "gcc", "-o", "x", "--home", "y");
    assertThat(call.operands()).containsExactly("i1", "gcc", "-o", "x", "--home", "y");
    assertThat(call.pairs("--env")).isEqualTo(Map.of("A", "1"));
    assertThat(call.json()).isFalse();
  }

  @Test
  void twoDashesEndTheOptions() {
    var call = read(EXEC, "i1", "-i", "--", "--odd-name", "--env");
    assertThat(call.operands()).containsExactly("i1", "--odd-name", "--env");
    assertThat(call.flag("-i")).isTrue();
  }

  @Test
  void aPairKeepsEqualsSignsInItsValue() {
    assertThat(read(EXEC, "--env", "A=b=c", "i1", "true").pairs("--env"))
        .isEqualTo(Map.of("A", "b=c"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-ojson", "-o=json", "--output=json"})
  void jsonMayBeAskedForInAnySpelling(String word) {
    assertThat(read(LIST, word).json()).isTrue();
    assertThat(Arguments.wantsJson(new String[] {word})).isTrue();
  }

  @Test
  void jsonAskedOfAProgramIsNotAskedOfUs() {
    assertThat(Arguments.wantsJson(new String[] {"sandbox", "exec", "i1", "--", "x", "-o", "json"}))
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--nonsense",
        "--nonsense=1",
        "--lines",
        "--home",
        "--output=xml",
        "-oxml",
        "operand"
      })
  void whatDoesNotFitIsWrongUsage(String word) {
    assertThatThrownBy(() -> read(LIST, word))
        .isInstanceOfSatisfying(
            CommandFailure.class, f -> assertThat(f.exit()).isEqualTo(Exit.USAGE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "x", "", "10", "99999999999999999999", "1.5", "٣"})
  void aNumberOutsideItsRangeIsWrongUsage(String value) {
    var call = read(LIST, "-n", value);
    assertThatThrownBy(() -> call.number("-n", 0, 9))
        .hasMessageContaining("-n takes a whole number from 0 to 9");
  }

  @Test
  void missingOperandsAreNamedUnlessHelpIsAskedFor() {
    assertThatThrownBy(() -> read(EXEC, "i1")).hasMessageContaining("SANDBOX COMMAND");
    assertThat(read(EXEC, "--help").flag("-h")).isTrue();
  }

  @Test
  void aCommandShownToPeopleNamesTheHomeAsAShellReadsIt() {
    assertThat(read(LIST).homeOption()).isEmpty();
    assertThat(read(LIST, "--home", "/srv/atoll-1").homeOption()).isEqualTo(" --home /srv/atoll-1");
    assertThat(read(LIST, "--home", "/my home").homeOption()).isEqualTo(" --home '/my home'");
  }
}
