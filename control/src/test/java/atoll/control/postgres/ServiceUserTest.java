package atoll.control.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ServiceUserTest {
  private static final String NOBODY = "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin";

  @Test
  void rootStepsDownToPostgresOrNobody() {
    assertThat(
            ServiceUser.choose(
                    true, List.of("root:x:0:0", NOBODY, "postgres:x:101:104:x:/:/bin/sh"))
                .uid())
        .isEqualTo(101);
    assertThat(ServiceUser.choose(true, List.of("broken", NOBODY, "postgres:x:0:0")).uid())
        .isEqualTo(65534);
    assertThatThrownBy(() -> ServiceUser.choose(true, List.of("root:x:0:0")))
        .hasMessageContaining("nobody");
  }

  @Test
  void othersStayThemselves() {
    ServiceUser self = ServiceUser.choose(false, List.of());
    assertThat(self.isOther()).isFalse();
    assertThat(self.command(List.of("x")))
        .containsExactly("setpriv", "--no-new-privs", "--pdeathsig=INT", "--", "x");
  }
}
