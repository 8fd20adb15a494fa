package atoll.linux.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MountTest {
  private static final String MOUNTINFO =
      """
      22 1 0:20 / / rw - ext4 /dev/vda rw
      30 22 0:30 / /home/x rw shared:1 - ext4 /dev/vdb rw
      31 30 0:31 / /home/x/a\\040b/disk.raw rw - fuse disk rw
      32 30 0:32 / /home/x/c rw - tmpfs t rw
      33 22 0:33 / /home/xy/c rw - tmpfs t rw
      """;

  @Test
  void whatIsMountedBelowComesLastFirst() {
    assertThat(Mount.below(Path.of("/home/x"), MOUNTINFO))
        .containsExactly(Path.of("/home/x/c"), Path.of("/home/x/a b/disk.raw"));
  }

  @Test
  void thePlaceItselfIsNotBelow() {
    assertThat(Mount.below(Path.of("/home/x/c"), MOUNTINFO)).isEmpty();
  }
}
