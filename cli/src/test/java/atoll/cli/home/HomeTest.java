package atoll.cli.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import atoll.cli.report.CommandFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HomeTest {
  @TempDir Path folder;

  private static void unusable(Path root) {
    assertThatThrownBy(() -> Home.at(root).create())
        .isInstanceOfSatisfying(
            CommandFailure.class,
            f -> {
              assertThat(f.reason()).isEqualTo("home_unusable");
              assertThat(f.hint()).contains("--home");
            })
        .hasMessageContaining(root.toString());
  }

  @Test
  void aNewHomeIsClosedToOthersButPassable() throws Exception {
    Path root = folder.resolve("a/my home, ö");
    Home.at(root).create();
    Home.at(root).create();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root)))
        .isEqualTo("rwx--x--x");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\"b", "a$b", "a`b", "a\\b", "a\nb"})
  void namesThatPostgresCannotRunFromAreRefused(String name) {
    unusable(folder.resolve(name));
  }

  @Test
  void aFileInTheWayIsNamed() throws Exception {
    unusable(Files.createFile(folder.resolve("file")).resolve("home"));
  }
}
