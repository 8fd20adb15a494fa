package atoll.control.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.core.SandboxId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokensTest {
  @Test
  void oneSeedGivesOneTokenForOneSandbox(@TempDir Path home) throws Exception {
    String token = Tokens.in(home).access(new SandboxId("iabc"));
    assertThat(token)
        .matches("[0-9a-f]{64}")
        .isEqualTo(Tokens.in(home).access(new SandboxId("iabc")));
    assertThat(token).isNotEqualTo(Tokens.in(home).access(new SandboxId("iabd")));
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(home.resolve("token-seed"))))
        .isEqualTo("rw-------");
  }
}
