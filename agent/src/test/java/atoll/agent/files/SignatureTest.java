package atoll.agent.files;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SignatureTest {
  private static final String TOKEN = "a".repeat(64);

  @Test
  void knownVectors() {
    assertThat(Signature.of("/home/user/a.txt", "read", "user", TOKEN, null))
        .isEqualTo("v1_AJx1jvwCHlzem5WkSnW1/gkWNF0cJeAlHXOGkmLzEPE");
    assertThat(Signature.of("/home/user/a.txt", "read", "", TOKEN, null))
        .isEqualTo("v1_ihP9F/VyYpWU6njKs+KXhR5esjEmjjPXDU5cHdNsUMQ");
    assertThat(Signature.of("dir/ü b.bin", "write", "", TOKEN, 1893456000L))
        .isEqualTo("v1_I+sS7vCVnOJa60z3xvp/iTsVJ5/p2ZVbJGlGVzBGrVc");
  }
}
