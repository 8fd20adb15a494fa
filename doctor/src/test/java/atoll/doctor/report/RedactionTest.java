package atoll.doctor.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {
  private static final String PLANTED = "Hunter2-is-Not-Safe";

  @Test
  void knownSecretsGoWhereverTheyStand() {
    String clean =
        new Redaction(List.of(PLANTED)).of("a" + PLANTED + "b\n{\"x\":\"" + PLANTED + "\"}");
    assertThat(clean).doesNotContain(PLANTED).contains("a[redacted]b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Access-Token: Hunter2-is-Not-Safe",
        "authorization: Bearer Hunter2-is-Not-Safe",
        "Authorization: Basic Hunter2-is-Not-Safe",
        "AWS_SECRET_ACCESS_KEY=Hunter2-is-Not-Safe",
        "\"apiKey\": \"Hunter2-is-Not-Safe\"",
        "db_password = 'Hunter2-is-Not-Safe'",
        "postgres://user:Hunter2-is-Not-Safe@db/x",
        "Cookie: Hunter2-is-Not-Safe",
        "e2b_Hunter2-is-Not-Safe",
        "ghp_Hunter2-is-Not-Safe",
        "-----BEGIN RSA PRIVATE KEY-----\nHunter2-is-Not-Safe\n-----END RSA PRIVATE KEY-----"
      })
  void whatLooksLikeASecretGoes(String text) {
    assertThat(new Redaction(List.of()).of("before " + text + " after"))
        .doesNotContain("Hunter2")
        .contains("before");
  }

  @Test
  void hexAndTokensWithoutANameGo() {
    var redaction = new Redaction(List.of());
    assertThat(redaction.of("0123456789abcdef0123456789abcdef01")).isEqualTo(Redaction.INSTEAD);
    assertThat(redaction.of("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc"))
        .isEqualTo(Redaction.INSTEAD);
  }

  @Test
  void evidenceStaysReadable() {
    String evidence =
        "tap0 up carrier 1 mac 02:FC:00:00:00:06, slot net:[4026533017], pid 19898 state S";
    assertThat(new Redaction(List.of()).of(evidence)).isEqualTo(evidence);
  }
}
