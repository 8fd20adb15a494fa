package atoll.agent.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaBundleTest {
  @TempDir Path root;

  private static String pem(String body) {
    return "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n";
  }

  private Path bundle() {
    return root.resolve("etc/ssl/certs/ca-certificates.crt");
  }

  @Test
  void appendsOnceAndReplacesTheFormerOne() throws Exception {
    Files.createDirectories(bundle().getParent());
    Files.writeString(bundle(), pem("system"));
    var authorities = new CaBundle(root);
    authorities.install(pem("first") + "\n\n");
    authorities.install(pem("first"));
    assertThat(Files.readString(bundle())).isEqualTo(pem("system") + pem("first"));
    authorities.install(pem("second"));
    assertThat(Files.readString(bundle())).isEqualTo(pem("system") + pem("second"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(bundle())))
        .isEqualTo("rw-r--r--");
  }

  @Test
  void aRootWithoutABundleGetsOne() throws Exception {
    new CaBundle(root).install(pem("only"));
    assertThat(Files.readString(bundle())).isEqualTo(pem("only"));
  }

  @Test
  void whatIsNoCertificateIsRefused() {
    assertThatThrownBy(() -> new CaBundle(root).install("hello"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(bundle()).doesNotExist();
  }
}
