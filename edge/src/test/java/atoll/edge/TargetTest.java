package atoll.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {
  private static Target of(String host, String id, String port) throws BadMessage {
    return Target.of(
        new RequestHead("GET", "/", false, 0, false, false, false, host, id, port, Set.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "localhost:3002",
        "127.0.0.1:3002",
        "[::1]:3002",
        "sandbox.example.com",
        "LOCALHOST",
        ""
      })
  void headersDecideOnSharedHosts(String host) throws BadMessage {
    assertThat(of(host, "abc1", "49983"))
        .isEqualTo(new Target(new atoll.core.SandboxId("abc1"), 49983));
  }

  @ParameterizedTest
  @CsvSource({
    "8080-abc1.example.com, 8080, abc1",
    "8080-abc1.localhost:3002, 8080, abc1",
    "8080-abc1-client-more.example.com, 8080, abc1",
    "1-a.b, 1, a",
    "65535-a.with-dash.com, 65535, a"
  })
  void theLeftMostLabelDecidesElsewhere(String host, int port, String id) throws BadMessage {
    assertThat(of(host, null, null)).isEqualTo(new Target(new atoll.core.SandboxId(id), port));
  }

  @Test
  void headersAreIgnoredOnOrdinaryHosts() throws BadMessage {
    assertThat(of("80-abc.example.com", "zzz", "81").id().value()).isEqualTo("abc");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "127.0.0.1",
        "example.com",
        "8080.example-x.com",
        "8080-abc",
        "x-abc.com",
        "-abc.com",
        "80-.com",
        "0-abc.com",
        "65536-abc.com",
        "99999999999-abc.com",
        "80-ABC.com",
        "80-a_b.com",
        "+80-abc.com",
        "",
        "[",
        "80-a%2e.com"
      })
  void whatNamesNoSandboxIsRefused(String host) {
    assertThatThrownBy(() -> of(host, null, null)).isInstanceOf(BadMessage.class);
  }

  @ParameterizedTest
  @CsvSource({"abc,", ",80", "abc,x", "abc,0", "ABC,80", "abc,8o", "a-b,80", "'',80"})
  void halfOrWrongHeadersAreRefused(String id, String port) {
    assertThatThrownBy(() -> of("localhost", id, port))
        .isInstanceOfSatisfying(BadMessage.class, e -> assertThat(e.status()).isEqualTo(400));
  }
}
