package atoll.doctor.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FailuresPageTest {
  /// `-Datoll.write=true` writes the page instead.
  @Test
  void thePageInTheDocsIsTheCatalogue() throws IOException {
    Path page = Path.of("").toAbsolutePath().getParent().resolve("docs/failures.md");
    if (Boolean.getBoolean("atoll.write")) Files.writeString(page, FailuresPage.text());
    assertThat(page)
        .as("write it anew: ./build -pl doctor -am test -Dtest=FailuresPageTest -Datoll.write=true")
        .content()
        .isEqualTo(FailuresPage.text());
  }
}
