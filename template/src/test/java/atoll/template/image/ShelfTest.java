package atoll.template.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import atoll.core.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShelfTest {
  @TempDir Path directory;

  private long entries() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> !file.endsWith(".lock")).count();
    }
  }

  @Test
  void makesAFolderOnce() throws IOException {
    var made = new AtomicInteger();
    try (Shelf shelf = Shelf.open(directory)) {
      for (int i = 0; i < 2; i++) {
        Path folder =
            shelf.folder(
                "kernel-1", f -> Files.writeString(f.resolve("a"), "" + made.incrementAndGet()));
        assertThat(folder.resolve("a")).hasContent("1");
      }
    }
  }

  @Test
  void leavesNothingOfAFailure() throws IOException {
    try (Shelf shelf = Shelf.open(directory)) {
      assertThatThrownBy(() -> shelf.folder("x", folder -> fail(folder, "broken")))
          .isInstanceOf(Refusal.Failed.class);
      assertThat(entries()).isZero();
    }
  }

  @Test
  void namesTheFolderWhenTheDiskIsFull() throws IOException {
    try (Shelf shelf = Shelf.open(directory)) {
      assertThatThrownBy(() -> shelf.folder("x", folder -> fail(folder, "No space left on device")))
          .isInstanceOf(Refusal.NoSpace.class)
          .hasMessageContaining(directory.toString());
      assertThat(entries()).isZero();
    }
  }

  @Test
  void sweepsWhatAKilledBuildLeft() throws IOException {
    Path left = Files.createDirectories(directory.resolve(".staging-x/deep"));
    Files.createSymbolicLink(left.resolve("link"), Path.of("/etc"));
    try (Shelf shelf = Shelf.open(directory)) {
      assertThat(shelf).isNotNull();
      assertThat(entries()).isZero();
    }
    assertThat(Path.of("/etc/passwd")).exists();
  }

  @Test
  void prunesWhatNobodyAskedFor() throws IOException {
    try (Shelf shelf = Shelf.open(directory)) {
      shelf.folder("old", folder -> {});
    }
    try (Shelf shelf = Shelf.open(directory)) {
      Path kept = shelf.folder("new", folder -> {});
      shelf.prune();
      assertThat(kept).exists();
      assertThat(entries()).isEqualTo(1);
    }
  }

  @Test
  void isOneBuildsAtATime() throws IOException {
    try (Shelf shelf = Shelf.open(directory)) {
      assertThat(shelf).isNotNull();
      assertThatThrownBy(() -> Shelf.open(directory)).isInstanceOf(Refusal.Conflict.class);
    }
    Shelf.open(directory).close();
  }

  @Test
  void namesNeverLeaveTheDirectory() throws IOException {
    try (Shelf shelf = Shelf.open(directory)) {
      assertThatThrownBy(() -> shelf.folder("../x", folder -> {}))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(shelf.folder("a/../b", folder -> {}).getParent()).isEqualTo(directory);
    }
  }

  private static void fail(Path folder, String message) throws IOException {
    Files.writeString(folder.resolve("half"), "");
    throw new IOException(message);
  }
}
