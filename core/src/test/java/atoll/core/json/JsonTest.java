package atoll.core.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "null",
        "{\"a\":[1,-0.5e+3,true,false,null,{\"b\":\"\"}]}",
        "\"\\u0001 \\\" \\\\ ü 😀\"",
        "12345678901234567890.123"
      })
  void whatIsReadIsWrittenAgain(String text) {
    assertThat(JsonWriter.write(JsonReader.read(text))).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[1,]",
        "{\"a\":1,}",
        "{a:1}",
        "01",
        "1.",
        "+1",
        "nul",
        "\"\\x\"",
        "\"\n\"",
        "1 2",
        "{\"a\":1,\"a\":2}",
        "\"\\ud800\"",
        "\"\\udc00x\"",
        "//",
        "[1 2]",
        "{\"a\" 1}",
        "-",
        "1e",
        "\"\\u12\""
      })
  void whatIsNotJsonIsRefused(String text) {
    assertThatThrownBy(() -> JsonReader.read(text))
        .isInstanceOf(JsonException.class)
        .hasMessageContaining("offset");
  }

  @Test
  void nestingIsBounded() {
    int tooDeep = JsonReader.MAX_DEPTH + 2;
    assertThatThrownBy(() -> JsonReader.read("[".repeat(tooDeep) + "]".repeat(tooDeep)))
        .isInstanceOf(JsonException.class)
        .hasMessageContaining("nested deeper");
  }

  @Test
  void badUtf8IsRefused() {
    assertThatThrownBy(() -> JsonReader.read(new byte[] {'"', (byte) 0xff, '"'}))
        .isInstanceOf(JsonException.class);
  }

  @Test
  void surrogatePairsComeThroughEscapes() {
    assertThat(JsonReader.read("\"\\ud83d\\ude00\"")).isEqualTo(new Json.Text("😀"));
  }

  @Test
  void wholeNumbersInAnySpelling() {
    var object = (Json.Obj) JsonReader.read("{\"a\":1.0,\"b\":1e3,\"c\":1.5,\"d\":1e400}");
    assertThat(object.whole("a")).contains(1L);
    assertThat(object.whole("b")).contains(1000L);
    assertThat(object.whole("c")).isEmpty();
    assertThat(object.whole("d")).isEmpty();
  }
}
