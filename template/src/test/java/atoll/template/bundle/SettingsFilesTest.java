package atoll.template.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/// What is left says the same.
class SettingsFilesTest {
  @Test
  void settingsStayAndCommentsGo() throws Exception {
    String text =
        "# one\n\n  ! two\na=1\nb=x,\\\n  #not a comment,\\\n\nc = ends with \\\\\n# gone\nd\\\n";
    String left = SettingsFiles.settings(text);
    assertThat(left).doesNotContain("one").doesNotContain("two").doesNotContain("gone");
    assertThat(read(left)).isEqualTo(read(text)).hasSize(4);
  }

  @Test
  void theRuntimesOwnSaysTheSame() throws Exception {
    Path file = Path.of(System.getProperty("java.home"), "conf/security/java.security");
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    String left = SettingsFiles.settings(text);
    assertThat(read(left)).isEqualTo(read(text));
    assertThat(left.length()).isLessThan(text.length() / 4);
  }

  private static Properties read(String text) throws Exception {
    var properties = new Properties();
    properties.load(new StringReader(text));
    return properties;
  }
}
