package atoll.control.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import atoll.control.store.SandboxQuery.Position;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class PageTokenTest {
  @Test
  void comesBackAsItWent() {
    var position = new Position(Instant.parse("2026-11-24T00:00:00.123456Z"), "iabc");
    for (boolean ascending : new boolean[] {true, false}) {
      String token = PageToken.write(position, ascending);
      assertThat(PageToken.read(token, ascending)).isEqualTo(position);
      assertThatThrownBy(() -> PageToken.read(token, !ascending))
          .hasMessageContaining("other order");
    }
  }

  @Test
  void foreignTokensAreRefused() {
    for (String text :
        new String[] {
          "",
          "x",
          "x__y",
          "2026-11-24T00:00:00Z__A",
          "+999999999-01-01T00:00:00Z__a",
          "2026-11-24T00:00:00Z__a__x"
        }) {
      String token = Base64.getUrlEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
      assertThatThrownBy(() -> PageToken.read(token, false)).hasMessageContaining("nextToken");
    }
    assertThatThrownBy(() -> PageToken.read("***", false)).hasMessageContaining("nextToken");
  }
}
