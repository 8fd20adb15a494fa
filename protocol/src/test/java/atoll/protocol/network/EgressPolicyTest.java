package atoll.protocol.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet4Address;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EgressPolicyTest {
  @ParameterizedTest
  @CsvSource({
    "203.0.113.7, 203.0.113.7, 203.0.113.7",
    "203.0.113.7/24, 203.0.113.0, 203.0.113.255",
    "0.0.0.0/0, 0.0.0.0, 255.255.255.255",
    "255.255.255.255/32, 255.255.255.255, 255.255.255.255",
    "10.0.0.0/8, 10.0.0.0, 10.255.255.255"
  })
  void aRangeIsReadWithItsHostBitsCleared(String text, String first, String last) {
    AddressRange range = AddressRange.parse(text);
    assertThat(AddressRange.dotted(range.first())).isEqualTo(first);
    assertThat(AddressRange.dotted(range.last())).isEqualTo(last);
    assertThat(AddressRange.parse(range.toString())).isEqualTo(range);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.256",
        "1.2.3.4/33",
        "1.2.3.4/-1",
        "1.2.3.4/",
        "1.2.3.04",
        "1.2.3.4/024",
        "1.2.3.4/8/8",
        " 1.2.3.4",
        "1.2.3.4 ",
        "0x1.2.3.4",
        "1.2.3.+4",
        "::1",
        "2001:db8::/32",
        "１.2.3.4",
        "999999999999999999999999999999"
      })
  void aMalformedRangeIsRefused(String text) {
    assertThatThrownBy(() -> AddressRange.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "example.com, example.com, true",
    "example.com, EXAMPLE.com., true",
    "example.com, www.example.com, false",
    "example.com, badexample.com, false",
    "*.example.com, www.example.com, true",
    "*.example.com, a.b.example.com, true",
    "*.example.com, example.com, false",
    "*.example.com, .example.com, false",
    "*.example.com, badexample.com, false",
    "*.example.com, example.com.evil.test, false",
    "*, anything.test, true",
    "*, 203.0.113.7, false",
    "localhost, localhost, true"
  })
  void aPatternMeansItsNames(String pattern, String host, boolean expected) {
    assertThat(DomainPattern.parse(pattern).matches(host)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "a..b",
        ".a",
        "-a.test",
        "a-.test",
        "*.*.test",
        "a.*.test",
        "*a.test",
        "**",
        "*.",
        "a b.test",
        "a/b",
        "bücher.test",
        "1.2.3.400",
        "1.2.3",
        "http://a.test",
        "a.test:443",
        "a\n.test"
      })
  void aMalformedDomainIsRefused(String text) {
    assertThatThrownBy(() -> DomainPattern.parse(text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void overlongNamesAreRefusedAndCheapToRefuse() {
    String label = "a".repeat(64);
    assertThatThrownBy(() -> DomainPattern.parse(label + ".test"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> DomainPattern.parse("a.".repeat(127) + "test"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(DomainPattern.parse("a.test").matches("a-".repeat(100_000))).isFalse();
  }

  @Test
  void allowingBeatsDenying() throws Exception {
    var policy =
        new EgressPolicy(
            List.of(AddressRange.parse("203.0.113.0/24")),
            List.of(),
            List.of(EgressPolicy.EVERYWHERE),
            List.of());
    assertThat(policy.permits(Inet4Address.ofLiteral("203.0.113.9"))).isTrue();
    assertThat(policy.permits(Inet4Address.ofLiteral("198.51.100.1"))).isFalse();
    assertThat(policy.isClosed()).isFalse();
    assertThat(EgressPolicy.CLOSED.isClosed()).isTrue();
    assertThat(EgressPolicy.OPEN.permits(Inet4Address.ofLiteral("198.51.100.1"))).isTrue();
  }

  @Test
  void aListHasABound() {
    List<AddressRange> many =
        Collections.nCopies(EgressPolicy.MOST_ENTRIES + 1, AddressRange.parse("203.0.113.1"));
    assertThatThrownBy(() -> new EgressPolicy(many, List.of(), List.of(), List.of()))
        .hasMessageContaining("at most 1000");
  }

  @Test
  void aPolicySurvivesItsJson() {
    var policy =
        new EgressPolicy(
            List.of(AddressRange.parse("203.0.113.0/24"), AddressRange.parse("198.51.100.7")),
            List.of(DomainPattern.parse("*.example.com")),
            List.of(EgressPolicy.EVERYWHERE),
            EgressPolicy.USUAL_RESOLVERS);
    assertThat(EgressPolicyCodec.read(EgressPolicyCodec.write(policy))).isEqualTo(policy);
  }
}
