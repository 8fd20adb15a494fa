package atoll.control.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import atoll.core.Refusal;
import org.junit.jupiter.api.Test;

class TemplateRefTest {
  @Test
  void partsAreTakenApart() {
    assertThat(TemplateRef.parse(" Base ")).isEqualTo(new TemplateRef(null, "base", null));
    assertThat(TemplateRef.parse("team/my_app:v1.2"))
        .isEqualTo(new TemplateRef("team", "my_app", "v1.2"));
  }

  @Test
  void otherFormsAreRefused() {
    for (String bad :
        new String[] {"", "a b", "a/b/c", "a:", ":a", "../x", "a\0", "x".repeat(129)}) {
      assertThatThrownBy(() -> TemplateRef.parse(bad)).isInstanceOf(Refusal.Invalid.class);
    }
  }
}
