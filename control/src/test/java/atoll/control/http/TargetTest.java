package atoll.control.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {
  @Test
  void segmentsAreDecodedOneByOne() {
    assertThat(Target.parse("/templates/team%2Fname%3Atag/x+y").segments())
        .isEqualTo(List.of("templates", "team/name:tag", "x+y"));
    assertThat(Target.parse("/").segments()).isEqualTo(List.of(""));
    assertThat(Target.parse("http://host:1/a?b").segments()).isEqualTo(List.of("a"));
    assertThat(Target.parse("/%C3%A9").segments()).isEqualTo(List.of("é"));
  }

  @Test
  void theQueryIsAForm() {
    assertThat(Target.parse("/?a=1+2&b=%26&c&a=later&&d=x=y").query())
        .isEqualTo(Map.of("a", "1 2", "b", "&", "c", "", "d", "x=y"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "x", "*", "/%", "/%z0", "/%0", "/%ff", "/%00", "/?a=%", "/?%c3=1", "/\u0000"})
  void brokenTargetsAreRefused(String uri) {
    assertThatThrownBy(() -> Target.parse(uri)).isInstanceOf(Fault.class);
  }

  @Test
  void metadataIsDecodedTwiceMore() {
    assertThat(MetadataFilter.read("a%2525=b%2520c&d=e")).isEqualTo(Map.of("a%", "b c", "d", "e"));
    for (String bad : new String[] {"a", "a=b=c", "a=b&", "%", "a=%25"}) {
      assertThatThrownBy(() -> MetadataFilter.read(bad)).hasMessageContaining("metadata");
    }
  }
}
