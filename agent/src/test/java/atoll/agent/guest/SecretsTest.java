package atoll.agent.guest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SecretsTest {
  @Test
  void onlyTheSameIsTheSame() {
    assertThat(Secrets.same("token", "token")).isTrue();
    assertThat(Secrets.same("", "")).isTrue();
    for (String other : new String[] {"", "t", "toke", "tokenn", "tokentoken", "Token", "tokem"})
      assertThat(Secrets.same("token", other)).as(other).isFalse();
    assertThat(Secrets.same("", "token")).isFalse();
    assertThat(Secrets.same("t\u00f6ken", "token")).isFalse();
  }
}
